/** Measures of a grid of equal tiles, in CSS pixels. */
export interface GridMeasures {
  count: number;
  /** The visible part: inner width and height, and how far it is scrolled. */
  width: number;
  height: number;
  scrollTop: number;
  /** The least width of a tile; tiles grow until the row is full. */
  tile: number;
  /** Below every picture, for its caption. */
  caption: number;
  gap: number;
}

/** Which tiles exist at all, and where they stand. */
export interface GridWindow {
  columns: number;
  tileWidth: number;
  /** A row with the gap below it. */
  rowHeight: number;
  totalHeight: number;
  /** The first tile and the one after the last. */
  first: number;
  end: number;
  /** Distance of the first row from the top. */
  offset: number;
}

/** Rows beyond either edge, so that a quick scroll meets pictures. */
const overscan = 3;

export function gridWindow(of: GridMeasures): GridWindow {
  const columns = Math.max(1, Math.floor((of.width + of.gap) / (of.tile + of.gap)));
  const tileWidth = Math.max(0, Math.floor((of.width - of.gap * (columns - 1)) / columns));
  const rowHeight = tileWidth + of.caption + of.gap;
  const rows = Math.ceil(of.count / columns);
  const top = Math.floor(of.scrollTop / rowHeight);
  const firstRow = Math.min(Math.max(0, top - overscan), Math.max(0, rows - 1));
  const endRow = Math.min(rows, Math.ceil((of.scrollTop + of.height) / rowHeight) + overscan);
  return {
    columns,
    tileWidth,
    rowHeight,
    totalHeight: Math.max(0, rows * rowHeight - of.gap),
    first: firstRow * columns,
    end: Math.min(of.count, Math.max(endRow, firstRow) * columns),
    offset: firstRow * rowHeight,
  };
}

/** Where the grid must be scrolled to for the whole tile to be seen, as little as possible. */
export function scrollTopFor(
  index: number,
  { columns, rowHeight }: GridWindow,
  gap: number,
  view: { scrollTop: number; height: number },
): number {
  const top = Math.floor(index / columns) * rowHeight;
  const bottom = top + rowHeight - gap;
  if (top < view.scrollTop) return top;
  return bottom > view.scrollTop + view.height ? bottom - view.height : view.scrollTop;
}

/** The tile that a key moves to; null for a key that moves nowhere. */
export function tileAfterKey(
  key: string,
  from: number,
  { count, columns, rowsInView }: { count: number; columns: number; rowsInView: number },
): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * rowsInView,
    PageDown: columns * rowsInView,
    Home: -Infinity,
    End: Infinity,
  };
  const step = steps[key];
  if (step === undefined || count === 0) return null;
  const to = from + step;
  if (to >= 0 && to < count) return to;
  // A row up or down that is not there: stay, rather than jump sideways. Pages and ends go as far as there is.
  if (key === 'ArrowUp' || key === 'ArrowLeft') return from;
  if (key === 'ArrowDown' || key === 'ArrowRight') return lastRowBelow(from, count, columns, key);
  return to < 0 ? 0 : count - 1;
}

/** Down from the row before an incomplete last row goes to the last tile. */
function lastRowBelow(from: number, count: number, columns: number, key: string): number {
  const lastRow = Math.floor((count - 1) / columns);
  return key === 'ArrowDown' && Math.floor(from / columns) < lastRow ? count - 1 : from;
}
