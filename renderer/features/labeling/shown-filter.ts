import type { ImageFilter, Split } from '../../../app/contract/index.ts';

/** Which pictures are gone through, as it stands in the address: `unlabeled`, `class-7`, `val`; null for all. */
export type Shown = string | null;

export const shownClass = (classId: number): Shown => `class-${classId}`;

const splits: readonly Split[] = ['train', 'val', 'test'];

/** What is asked of the services; whatever is not understood shows all. */
export function filterOf(shown: Shown): ImageFilter {
  if (shown === 'unlabeled') return { classId: null };
  const split = splits.find((one) => one === shown);
  if (split) return { split };
  const classId = Number(/^class-([1-9]\d*)$/.exec(shown ?? '')?.[1]);
  return Number.isSafeInteger(classId) ? { classId } : {};
}
