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

/** Pictures without a label; those that are excluded need none. */
export const waitingForLabel: ImageFilter = { classId: null, excluded: false };

const splits: readonly Split[] = ['train', 'val', 'test'];

/** What is asked of the services; whatever is not understood shows all. */
export function filterOf(shown: Shown): ImageFilter {
  if (shown === 'unlabeled') return waitingForLabel;
  if (shown === queue) return { ...waitingForLabel, sort: 'teaches' };
  if (shown === suggested) return { suggestedAbove: sureEnough, excluded: false, sort: 'uncertainty' };
  const split = splits.find((one) => one === shown);
  if (split) return { split };
  const classId = Number(/^class-([1-9]\d*)$/.exec(shown ?? '')?.[1]);
  return Number.isSafeInteger(classId) ? { classId } : {};
}
