import { randomBytes, randomInt } from 'node:crypto';
import { Random } from '../core/dataset/random.ts';
import { runName } from '../core/training/names.ts';
import { timestamp } from './timestamp.ts';

/** An id that sorts by time and never changes: `20260131-094500-3fa9c1`. */
export const newRunId = (now = new Date()): string => `${timestamp(now)}-${randomBytes(3).toString('hex')}`;

/** `adjective-noun-12`: the number is one more than the greatest that the project's runs have. */
export function newRunName(existing: readonly string[]): string {
  const numbers = existing.map((name) => Number(/-(\d{1,6})$/.exec(name)?.[1] ?? 0));
  return runName(new Random(randomInt(2 ** 32)), Math.max(0, ...numbers) + 1);
}
