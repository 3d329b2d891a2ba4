/**
 * An SVG path through `values`, spread over `width` × `height` with the greatest at the top. One value, or equal
 * ones, give a level line in the middle.
 */
export function sparklinePath(values: readonly number[], width: number, height: number): string {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return '';
  const points = finite.length === 1 ? [finite[0] as number, finite[0] as number] : finite;
  const least = Math.min(...points);
  const range = Math.max(...points) - least;
  return points
    .map((value, index) => {
      const x = (index / (points.length - 1)) * width;
      const y = range === 0 ? height / 2 : height - ((value - least) / range) * height;
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}
