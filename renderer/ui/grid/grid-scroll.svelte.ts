import {
  existingRows,
  firstExistingRow,
  gridLayout,
  rowOf,
  sectionsOfRows,
  tileAt,
  topRow,
  type GridLayout,
  type GridMeasures,
} from './grid-window.ts';

/** Between tiles, px. */
export const gap = 8;

/** How large the view of a grid is, how far it is scrolled, and what of the grid exists there. */
export class GridScroll {
  /** Inner measures of the view, px; 0 until they are known. */
  width = $state(0);
  height = $state(0);
  scrollTop = $state(0);
  readonly #measures: () => Omit<GridMeasures, 'width' | 'gap'>;

  readonly layout: GridLayout = $derived.by(() =>
    gridLayout({ ...this.#measures(), width: this.width, gap }),
  );
  /** Rows that exist; while the grid is scrolled they take turns. */
  readonly existing: number = $derived(this.width === 0 ? 0 : existingRows(this.layout, this.height));
  /** The row at the top of the view. Between two rows nothing comes and nothing goes. */
  readonly #top: number = $derived(topRow(this.layout, this.scrollTop));
  readonly firstRow: number = $derived(firstExistingRow(this.layout, this.#top, this.existing));
  /** The tiles that exist, `end` excluded. */
  readonly tiles: { first: number; end: number } = $derived.by(() => {
    if (this.existing === 0) return { first: 0, end: 0 };
    const last = rowOf(this.layout, this.firstRow + this.existing - 1);
    return { first: rowOf(this.layout, this.firstRow).first, end: last.first + last.count };
  });
  /** The sections that have rows among those that exist. */
  readonly sections: readonly number[] = $derived(
    this.existing === 0 ? [] : sectionsOfRows(this.layout, this.firstRow, this.firstRow + this.existing),
  );
  /** The tile that says where the grid is; 0 at its top. */
  readonly place: number = $derived.by(() => {
    const { rowHeight, heading } = this.layout;
    if (this.scrollTop < rowHeight / 2) return 0;
    return Math.max(0, tileAt(0, this.scrollTop + heading + rowHeight / 2, this.layout, gap));
  });

  constructor(measures: () => Omit<GridMeasures, 'width' | 'gap'>) {
    this.#measures = measures;
  }

  /** The first tile of the view. */
  get firstSeen(): number {
    return rowOf(this.layout, this.#top).first;
  }

  isThere(index: number): boolean {
    return index >= this.tiles.first && index < this.tiles.end;
  }
}
