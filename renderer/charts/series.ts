/** A line of a chart: `x` ascending, `y` at the same places. */
export interface Line {
  id: string;
  label: string;
  /** Name of a CSS custom property that holds its colour. */
  color: string;
  dashed: boolean;
  x: readonly number[];
  y: readonly number[];
  /** The least and the greatest of the values whose mean `y` is; left out where they are the values themselves. */
  low?: readonly number[];
  high?: readonly number[];
  /** Weight of exponential smoothing in [0, 1); the raw line stays behind it, faint. */
  smoothing: number;
}

/** Columns for uPlot: all x that occur in any line, ascending, and each line's y there or null. */
export type AlignedColumns = [x: number[], ...y: (number | null)[][]];

/** Joins lines that were measured at different x into columns over all of them. */
export function alignLines(lines: readonly Pick<Line, 'x' | 'y'>[]): AlignedColumns {
  const x = [...new Set(lines.flatMap((line) => [...line.x]))].sort((a, b) => a - b);
  const row = new Map(x.map((value, index) => [value, index]));
  const columns = lines.map((line) => {
    const column: (number | null)[] = new Array<number | null>(x.length).fill(null);
    line.x.forEach((value, index) => {
      const y = line.y[index];
      column[row.get(value) as number] = y !== undefined && Number.isFinite(y) ? y : null;
    });
    return column;
  });
  return [x, ...columns];
}

/** Index of the entry of ascending `x` that lies nearest to `at`; −1 when there is none. */
export function nearestIndex(x: readonly number[], at: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return x.length === 0 ? -1 : 0;
  if (low === x.length) return x.length - 1;
  return at - (x[low - 1] as number) <= (x[low] as number) - at ? low - 1 : low;
}

/** The value of a line nearest to `at`, or null when the line is empty. */
export function valueNear(line: Pick<Line, 'x' | 'y'>, at: number): number | null {
  return line.y[nearestIndex(line.x, at)] ?? null;
}

/**
 * The chart as rows for people who read tables: at the places of the line with the fewest points (validation,
 * once an epoch), at most `limit` of them evenly spread with the last one always there.
 */
export function tabulate(
  lines: readonly Pick<Line, 'x' | 'y'>[],
  limit: number,
): { x: number; values: (number | null)[] }[] {
  const filled = lines.filter((line) => line.x.length > 0);
  if (filled.length === 0) return [];
  const sparsest = filled.reduce((least, line) => (line.x.length < least.x.length ? line : least));
  const stride = Math.max(1, Math.ceil(sparsest.x.length / limit));
  const last = sparsest.x.length - 1;
  return sparsest.x
    .filter((_, index) => (last - index) % stride === 0)
    .map((x) => ({ x, values: lines.map((line) => valueNear(line, x)) }));
}
