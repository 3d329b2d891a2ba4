/** So many tell how long one takes. */
const first = 8;
/** Of a slow network, too, the person sees that it moves, and a wrong guess of its speed does little harm. */
const most = 4096;

/** How many steps fit into the seconds until something is due: at least one. `each` is null where nobody knows yet. */
export function stepsUntil(seconds: number, each: number | null): number {
  if (each === null) return first;
  return Math.max(1, Math.min(most, Math.ceil(seconds / Math.max(each, 1e-9))));
}
