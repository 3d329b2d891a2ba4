/**
 * Which of too many snapshots goes: the one whose absence leaves the smallest hole for its age, so that a few are minutes
 * old, some hours and some days. `times` are milliseconds, the newest first; the newest two always stay. Gives a place in
 * `times`, which has at least four.
 */
export function surplusSnapshot(times: readonly number[]): number {
  const [newest = 0] = times;
  let chosen = times.length - 1;
  let smallest = Infinity;
  for (let place = 2; place < times.length - 1; place++) {
    const [after = 0, at = 0, before = 0] = times.slice(place - 1, place + 2);
    const hole = (after - before) / Math.max(1, newest - at);
    if (hole >= smallest) continue;
    smallest = hole;
    chosen = place;
  }
  return chosen;
}
