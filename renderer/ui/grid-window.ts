/** Measures of a grid of equal tiles, in CSS pixels. */
export interface GridMeasures {
  count: number;
  /** How many tiles stand under each heading, in their order; empty for a grid without headings. */
  groups: readonly number[];
  /** The visible part: inner width and height, and how far it is scrolled. */
  width: number;
  height: number;
  scrollTop: number;
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
  /** Where its heading begins, or its first row where there is none. */
  top: number;
}

/** A part of a section that exists. */
export interface GridBlock {
  section: number;
  /** Where its heading stands; null where it has none. */
  headingTop: number | null;
  first: number;
  end: number;
}

/** Where everything stands; it does not depend on how far the grid is scrolled. */
export interface GridLayout {
  columns: number;
  tileWidth: number;
  /** A row with the gap below it. */
  rowHeight: number;
  heading: number;
  sections: readonly GridSection[];
  totalHeight: number;
}

/** Rows beyond either edge, so that a quick scroll meets pictures. */
const overscan = 3;

export function gridLayout(of: Omit<GridMeasures, 'scrollTop' | 'height'>): GridLayout {
  const columns = Math.max(1, Math.floor((of.width + of.gap) / (of.tile + of.gap)));
  const tileWidth = Math.max(0, Math.floor((of.width - of.gap * (columns - 1)) / columns));
  const rowHeight = tileWidth + of.caption + of.gap;
  const heading = of.groups.length === 0 ? 0 : of.heading;
  const sections: GridSection[] = [];
  let first = 0;
  let top = 0;
  for (const wanted of of.groups.length === 0 ? [of.count] : of.groups) {
    // Groups and pictures are read one after the other: in between, one may know more than the other.
    const count = Math.max(0, Math.min(wanted, of.count - first));
    sections.push({ first, count, top });
    first += count;
    top += heading + Math.ceil(count / columns) * rowHeight;
  }
  return { columns, tileWidth, rowHeight, heading, sections, totalHeight: Math.max(0, top - of.gap) };
}

/** What exists of the sections when so much is seen. */
export function visibleBlocks(
  { columns, rowHeight, heading, sections }: GridLayout,
  { scrollTop, height }: { scrollTop: number; height: number },
): GridBlock[] {
  const from = scrollTop - overscan * rowHeight;
  const to = scrollTop + height + overscan * rowHeight;
  const blocks: GridBlock[] = [];
  for (let index = sectionAt(sections, from); index < sections.length; index++) {
    const { first, count, top } = sections[index] as GridSection;
    if (top > to) break;
    const rows = Math.ceil(count / columns);
    const firstRow = Math.min(
      Math.max(0, Math.floor((from - top - heading) / rowHeight)),
      Math.max(0, rows - 1),
    );
    const endRow = Math.min(rows, Math.ceil((to - top - heading) / rowHeight));
    blocks.push({
      section: index,
      headingTop: heading > 0 ? top : null,
      first: first + firstRow * columns,
      end: first + Math.min(count, Math.max(endRow, firstRow) * columns),
    });
  }
  return blocks;
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

function rowTop({ sections, columns, rowHeight, heading }: GridLayout, index: number): number {
  const section = sections[sectionOf(sections, index)] ?? { first: 0, top: 0 };
  return section.top + heading + Math.floor((index - section.first) / columns) * rowHeight;
}

/** Where a tile stands in the whole grid: it never moves while it is scrolled, so what was painted once stays painted. */
export function tilePlace(
  index: number,
  layout: GridLayout,
  gap: number,
): { left: number; top: number; width: number; height: number } {
  const { sections, columns, tileWidth, rowHeight } = layout;
  const first = sections[sectionOf(sections, index)]?.first ?? 0;
  return {
    left: ((index - first) % columns) * (tileWidth + gap),
    top: rowTop(layout, index),
    width: tileWidth,
    height: rowHeight - gap,
  };
}

/** Where the grid must be scrolled to for the whole tile to be seen, as little as possible; with its heading at the top. */
export function scrollTopFor(
  index: number,
  layout: GridLayout,
  gap: number,
  view: { scrollTop: number; height: number },
): number {
  const top = rowTop(layout, index);
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
