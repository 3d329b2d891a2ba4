import type { Split } from '../../contract/index.ts';

const splits: ReadonlyMap<string, Split> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['val', 'val'],
  ['valid', 'val'],
  ['validation', 'val'],
  ['dev', 'val'],
  ['test', 'test'],
  ['testing', 'test'],
  ['eval', 'test'],
  ['evaluation', 'test'],
]);

/** The split that a folder or a cell of this name stands for, or null. */
export const splitOf = (name: string): Split | null => splits.get(name.trim().toLowerCase()) ?? null;

/** The split that one of a file name's words stands for, or null: `t10k-images-idx3-ubyte` belongs to the test set. */
export function splitOfFile(name: string): Split | null {
  for (const word of name.toLowerCase().split(/[^a-z0-9]+/)) {
    const split = word === 't10k' ? 'test' : splitOf(word);
    if (split !== null) return split;
  }
  return null;
}
