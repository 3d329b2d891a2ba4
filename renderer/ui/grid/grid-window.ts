/** Measures of a grid of equal tiles, in CSS pixels. */
export interface GridMeasures {
  count: number;
  /** How many tiles stand under each heading, in their order; empty for a grid without headings. */
  groups: readonly number[];
  /** Inner width of the visible part. */
  width: number;
  /** The least width of a tile; tiles grow until the row is full. */
  tile: number;
  /** Below every picture, for its caption. */
  caption: number;
  gap: number;
  /** Height of a heading with the gap below it. */
  heading: number;
}

/** Tiles under one heading, or all of them where there are none. */
export interface GridSection {
  first: number;
  count: number;
  /** Its first row, counted through all sections. */
  firstRow: number;
  /** Where its heading begins, or its first row where there is none. */
  top: number;
}

/** The tiles of one row, which are all of one section. */
export interface GridRow {
  first: number;
  count: number;
  top: number;
}

/** Where everything stands; it does not depend on how far the grid is scrolled. */
export interface GridLayout {
  columns: number;
  tileWidth: number;
  /** A row with the gap below it. */
  rowHeight: number;
  heading: number;
  sections: readonly GridSection[];
  /** How many rows there are. */
  rows: number;
  totalHeight: number;
}

/** Rows beyond either edge, so that a quick scroll meets pictures. */
const overscan = 3;

export function gridLayout(of: GridMeasures): GridLayout {
  const columns = Math.max(1, Math.floor((of.width + of.gap) / (of.tile + of.gap)));
  const tileWidth = Math.max(0, Math.floor((of.width - of.gap * (columns - 1)) / columns));
  const rowHeight = tileWidth + of.caption + of.gap;
  const heading = of.groups.length === 0 ? 0 : of.heading;
  const sections: GridSection[] = [];
  let first = 0;
  let firstRow = 0;
  let top = 0;
  for (const wanted of of.groups.length === 0 ? [of.count] : of.groups) {
    // Groups and pictures are read one after the other: in between, one may know more than the other.
    const count = Math.max(0, Math.min(wanted, of.count - first));
    const rows = Math.ceil(count / columns);
    sections.push({ first, count, firstRow, top });
    first += count;
    firstRow += rows;
    top += heading + rows * rowHeight;
  }
  const totalHeight = Math.max(0, top - of.gap);
  return { columns, tileWidth, rowHeight, heading, sections, rows: firstRow, totalHeight };
}

/** How many rows exist at once: what fills a view of that height wherever it is scrolled to, and some beyond its edges. */
export const existingRows = ({ rows, rowHeight }: GridLayout, height: number): number =>
  Math.min(rows, Math.ceil(height / Math.max(1, rowHeight)) + 1 + 2 * overscan);

/** The row at the top of the view when the grid is scrolled so far, or the one below the heading that is there. */
export function topRow(layout: GridLayout, scrollTop: number): number {
  const { sections, rowHeight, heading } = layout;
  const section = sections[sectionAt(sections, scrollTop)];
  if (section === undefined) return 0;
  const within = Math.max(0, Math.floor((scrollTop - section.top - heading) / Math.max(1, rowHeight)));
  return Math.max(0, Math.min(section.firstRow + within, endRow(layout, section) - 1));
}

/** The first of `existing` rows when that row is at the top of the view. */
export const firstExistingRow = ({ rows }: GridLayout, top: number, existing: number): number =>
  Math.max(0, Math.min(top - overscan, rows - existing));

/** Behind the last row of a section. */
const endRow = ({ columns }: GridLayout, { firstRow, count }: GridSection): number =>
  firstRow + Math.ceil(count / columns);

/** A row by its number; without tiles where there is none of that number. */
export function rowOf(layout: GridLayout, row: number): GridRow {
  const { sections, columns, rowHeight, heading } = layout;
  const section = sections[sectionOfRow(layout, row)];
  if (section === undefined) return { first: 0, count: 0, top: 0 };
  const within = row - section.firstRow;
  return {
    first: section.first + within * columns,
    count: Math.max(0, Math.min(columns, section.count - within * columns)),
    top: section.top + heading + within * rowHeight,
  };
}

/** The row of a tile. */
export function rowOfTile({ sections, columns }: GridLayout, index: number): number {
  const { first, firstRow } = sections[sectionOf(sections, index)] ?? { first: 0, firstRow: 0 };
  return firstRow + Math.floor((index - first) / columns);
}

/** The section of a row. */
export const sectionOfRow = ({ sections }: GridLayout, row: number): number =>
  lastWhere(sections, ({ firstRow }) => firstRow <= row);

/** The sections that have rows from `first` to before `end`. */
export function sectionsOfRows(layout: GridLayout, first: number, end: number): number[] {
  const from = sectionOfRow(layout, first);
  const sections = layout.sections.slice(from, sectionOfRow(layout, end - 1) + 1);
  return sections.flatMap(({ count }, at) => (count > 0 ? [from + at] : []));
}

/**
 * Rows take turns: of `existing` ones that begin at `first`, the one in a slot is that whose number gives the slot as its
 * remainder. A step of a row changes what one slot holds and leaves the others as they are.
 */
export function rowInSlot(slot: number, first: number, existing: number): number {
  return first + ((((slot - first) % existing) + existing) % existing);
}

/** The last section that begins at or before a height; the first one at least. */
function sectionAt(sections: readonly GridSection[], top: number): number {
  return lastWhere(sections, (section) => section.top <= top);
}

/** The section of a tile. */
export const sectionOf = (sections: readonly GridSection[], index: number): number =>
  lastWhere(sections, ({ first }) => first <= index);

/** By halving; `holds` must hold up to some place and not behind it. */
function lastWhere(sections: readonly GridSection[], holds: (section: GridSection) => boolean): number {
  let [low, high] = [0, sections.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(sections[middle] as GridSection)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Where the grid must be scrolled to for the whole tile to be seen, as little as possible; with its heading at the top. */
export function scrollTopFor(
  index: number,
  layout: GridLayout,
  gap: number,
  view: { scrollTop: number; height: number },
): number {
  const { top } = rowOf(layout, rowOfTile(layout, index));
  const bottom = top + layout.rowHeight - gap;
  if (top - layout.heading < view.scrollTop) return Math.max(0, top - layout.heading);
  return bottom > view.scrollTop + view.height ? bottom - view.height : view.scrollTop;
}

/** The tile under a point of the whole grid, or the nearest one; −1 without tiles. */
export function tileAt(x: number, y: number, layout: GridLayout, gap: number): number {
  const { sections, columns, rowHeight, heading, tileWidth } = layout;
  const section = sections[sectionAt(sections, y)];
  if (section === undefined || section.count === 0) return -1;
  const row = Math.max(0, Math.floor((y - section.top - heading) / rowHeight));
  const column = Math.min(columns - 1, Math.max(0, Math.floor(x / (tileWidth + gap))));
  return section.first + Math.min(section.count - 1, row * columns + column);
}

/** Tiles that a rectangle touches, as runs of indices, `end` excluded. */
export function tilesWithin(
  box: { left: number; top: number; right: number; bottom: number },
  layout: GridLayout,
  gap: number,
): { first: number; end: number }[] {
  const { sections, columns, rowHeight, heading, tileWidth } = layout;
  const stride = tileWidth + gap;
  const left = Math.max(0, Math.ceil((box.left - tileWidth) / stride));
  const right = Math.min(columns - 1, Math.floor(box.right / stride));
  const runs: { first: number; end: number }[] = [];
  if (left > right) return runs;
  for (let index = sectionAt(sections, box.top); index < sections.length; index++) {
    const { first, count, top } = sections[index] as GridSection;
    if (top > box.bottom) break;
    const rows = Math.ceil(count / columns);
    const from = Math.max(0, Math.ceil((box.top - top - heading - (rowHeight - gap)) / rowHeight));
    const to = Math.min(rows - 1, Math.floor((box.bottom - top - heading) / rowHeight));
    for (let row = from; row <= to; row++) {
      const begin = row * columns + left;
      const end = Math.min(count, row * columns + right + 1);
      if (begin < end) runs.push({ first: first + begin, end: first + end });
    }
  }
  return runs;
}

/** The tile that a key moves to; null for a key that moves nowhere. */
export function tileAfterKey(
  key: string,
  from: number,
  layout: GridLayout,
  { count, rowsInView }: { count: number; rowsInView: number },
): number | null {
  if (count === 0) return null;
  const clamped = (to: number): number => Math.max(0, Math.min(count - 1, to));
  switch (key) {
    case 'ArrowLeft':
      return clamped(from - 1);
    case 'ArrowRight':
      return clamped(from + 1);
    case 'ArrowUp':
      return vertical(from, -1, layout);
    case 'ArrowDown':
      return vertical(from, 1, layout);
    case 'PageUp':
      return clamped(from - layout.columns * rowsInView);
    case 'PageDown':
      return clamped(from + layout.columns * rowsInView);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** A row up or down, into the section beside it where this one ends; stays where there is none. */
function vertical(from: number, step: -1 | 1, { sections, columns }: GridLayout): number {
  const at = sectionOf(sections, from);
  const section = sections[at];
  if (section === undefined) return from;
  const place = from - section.first;
  const column = place % columns;
  const row = Math.floor(place / columns) + step;
  const lastRow = Math.floor((section.count - 1) / columns);
  if (row >= 0 && row <= lastRow) return section.first + Math.min(section.count - 1, row * columns + column);
  let beside = at + step;
  while (sections[beside]?.count === 0) beside += step;
  const next = sections[beside];
  if (next === undefined) return from;
  const nextRow = step === 1 ? 0 : Math.floor((next.count - 1) / columns);
  return next.first + Math.min(next.count - 1, nextRow * columns + column);
}
