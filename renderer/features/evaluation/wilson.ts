/** The 97.5 % point of the normal distribution: both tails together leave 5 %. */
const z = 1.959963984540054;

/**
 * The Wilson score interval (Wilson 1927) of a share: where the true accuracy lies with 95 % confidence, when
 * `successes` of `trials` pictures were right. Stays inside [0, 1] and is honest for few pictures and for 0 and 100 %.
 */
export function wilsonInterval(successes: number, trials: number): { low: number; high: number } {
  if (trials === 0) return { low: 0, high: 1 };
  const share = successes / trials;
  const z2 = z * z;
  const centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const half =
    (z / (1 + z2 / trials)) * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
