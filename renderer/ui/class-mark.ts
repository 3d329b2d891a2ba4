import type { ClassInfo } from '../../app/contract/index.ts';

/** The class that a pressed key gives; undefined for any other key. */
export const classOfKey = <T extends Pick<ClassInfo, 'key'>>(
  classes: readonly T[],
  key: string,
): T | undefined => classes.find((one) => one.key !== null && one.key === key.toLowerCase());

/** The colour of a class as a CSS value; `color` is its index into the palette of twelve. */
export const classColor = (color: number): string => `var(--class-${color})`;
