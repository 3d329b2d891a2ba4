/**
 * Moves labels apart: each of `wanted` (its natural position along an axis) gets a position within `[low, high]`
 * with at least `gap` to the next, as near to the wish as a single pass down and one up can bring it. Order of the
 * wishes is kept. Where there is not room for all, they overlap at the low end.
 */
export function spreadLabels(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  const placed = new Array<number>(wanted.length);
  let floor = low;
  for (const index of order) {
    placed[index] = Math.max(wanted[index] as number, floor);
    floor = (placed[index] as number) + gap;
  }
  let ceiling = high;
  for (const index of order.reverse()) {
    placed[index] = Math.max(low, Math.min(placed[index] as number, ceiling));
    ceiling = (placed[index] as number) - gap;
  }
  return placed;
}
