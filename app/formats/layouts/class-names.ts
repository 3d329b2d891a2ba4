import { cleanClassName } from '../../core/dataset/classes.ts';

/** As long as a class that a person makes may be. */
const greatestLength = 200;

/**
 * A class by the name of a folder or the text of a cell, as it will be kept: on one line, because lists of classes have
 * one a line. Null where nothing is left.
 */
export const classNameOf = (raw: string): string | null =>
  cleanClassName(raw.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '));

/** Why it cannot be the name of a class, or null. */
export const classNameProblem = (name: string): string | null =>
  name.length > greatestLength ? `its label is longer than ${greatestLength} characters` : null;
