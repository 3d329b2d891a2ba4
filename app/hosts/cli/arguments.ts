import { Option, InvalidArgumentError, type Command } from 'commander';

/** Parsers of option values; what they refuse is wrong usage, exit code 2. */

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

export function positiveNumber(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value > 0 && value <= most) return value;
    throw new InvalidArgumentError(`Give a number above 0, up to ${most}.`);
  };
}

/** `--json`, the same on every command. */
export const withJson = (command: Command): Command =>
  command.option('--json', 'machine-readable output on stdout');

export const oneOf = (flags: string, description: string, choices: readonly string[]): Option =>
  new Option(flags, description).choices(choices);

/** A number from 0 on. */
export function fraction(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= 0 && value <= most) return value;
    throw new InvalidArgumentError(`Give a number from 0 to ${most}.`);
  };
}

/** `a,b` → both. */
export const words = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
