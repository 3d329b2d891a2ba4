/** For each place of an epoch, how often it came before in it: 0 everywhere but where classes are balanced. */
export function drawsOf(places: readonly number[]): Int32Array {
  const times = new Map<number, number>();
  return Int32Array.from(places, (place) => {
    const before = times.get(place) ?? 0;
    times.set(place, before + 1);
    return before;
  });
}
