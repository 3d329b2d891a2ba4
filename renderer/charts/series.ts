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

/** Joins lines that were measured at different x into columns over all of them. Of equal x of one line the last one counts. */
export function alignLines(lines: readonly Pick<Line, 'x' | 'y'>[]): AlignedColumns {
  const ordered = lines.map(inOrder);
  // The layers of one line are all at the same places.
  const places = [...new Set(ordered.map((line) => line.x))];
  const x = places.reduce<number[]>((all, more) => joinAscending(all, more), []);
  return [x, ...ordered.map((line) => columnOf(line, x))];
}

/** A line as it is, where its x ascend. A clock that was set back makes them fall: then in their order, without those that are none. */
function inOrder(line: Pick<Line, 'x' | 'y'>): Pick<Line, 'x' | 'y'> {
  if (line.x.every((place, index) => place >= (line.x[index - 1] ?? -Infinity))) return line;
  const order = line.x
    .map((place, index) => ({ place, index }))
    .filter(({ place }) => !Number.isNaN(place))
    .sort((a, b) => a.place - b.place);
  return { x: order.map(({ place }) => place), y: order.map(({ index }) => line.y[index] ?? NaN) };
}

/** All that occur in either, ascending, each once. */
function joinAscending(one: readonly number[], other: readonly number[]): number[] {
  const joined: number[] = [];
  for (let a = 0, b = 0; a < one.length || b < other.length;) {
    const [left, right] = [one[a] ?? Infinity, other[b] ?? Infinity];
    const next = Math.min(left, right);
    if (left === next) a++;
    if (right === next) b++;
    if (joined.at(-1) !== next) joined.push(next);
  }
  return joined;
}

function columnOf(line: Pick<Line, 'x' | 'y'>, x: readonly number[]): (number | null)[] {
  const column: (number | null)[] = new Array<number | null>(x.length).fill(null);
  let row = 0;
  line.x.forEach((place, index) => {
    while ((x[row] as number) < place) row++;
    const y = line.y[index];
    column[row] = y !== undefined && Number.isFinite(y) ? y : null;
  });
  return column;
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
