/**
 * Exponential smoothing: s₀ = x₀, sᵢ = sᵢ₋₁·w + xᵢ·(1 − w), with a weight `w` in [0, 1). Values that are not
 * finite (a loss that overflowed) stay as they are and do not move the average.
 */
export function smooth(values: readonly number[], weight: number): number[] {
  let average: number | null = null;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    average = average === null ? value : average * weight + value * (1 - weight);
    return average;
  });
}
