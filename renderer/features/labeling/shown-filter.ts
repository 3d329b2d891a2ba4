import type { ImageFilter, Split } from '../../../app/contract/index.ts';

/** Which pictures are gone through, as it stands in the address: `unlabeled`, `queue`, `class-7`, `val`; null for all. */
export type Shown = string | null;

export const shownClass = (classId: number): Shown => `class-${classId}`;

/** Without a label, what teaches most first. */
export const queue = 'queue';
/** Without a label, and the model is sure of one. */
export const suggested = 'suggested';
/** How sure it must be for all to be accepted together. */
export const sureEnough = 0.95;

const splits: readonly Split[] = ['train', 'val', 'test'];

/** What is asked of the services; whatever is not understood shows all. */
export function filterOf(shown: Shown): ImageFilter {
  if (shown === 'unlabeled') return { classId: null };
  if (shown === queue) return { classId: null, sort: 'teaches' };
  if (shown === suggested) return { suggestedAbove: sureEnough, sort: 'uncertainty' };
  const split = splits.find((one) => one === shown);
  if (split) return { split };
  const classId = Number(/^class-([1-9]\d*)$/.exec(shown ?? '')?.[1]);
  return Number.isSafeInteger(classId) ? { classId } : {};
}
