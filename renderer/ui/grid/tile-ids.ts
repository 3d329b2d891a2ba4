import { rowOf, rowOfTile, type GridLayout } from './grid-window.ts';

/** Which rows exist. */
export interface ExistingRows {
  layout: GridLayout;
  existing: number;
  firstRow: number;
}

/** The ids of the elements of a grid's tiles. They belong to the slots of the rows that take turns, and so never change. */
export class TileIds {
  readonly #gridId: string;

  constructor(gridId: string) {
    this.#gridId = gridId;
  }

  of(slot: number, column: number): string {
    return `${this.#gridId}-${slot}-${column}`;
  }

  /** That of a tile while `existing` rows are there, whichever these are. */
  ofTile(index: number, layout: GridLayout, existing: number): string {
    const row = rowOfTile(layout, index);
    return this.of(row % Math.max(1, existing), index - rowOf(layout, row).first);
  }

  /**
   * Those of all tiles that exist, one after the other with a space between, for `aria-owns`: the elements themselves stand in
   * the order of their slots.
   */
  inOrder(rows: ExistingRows): string {
    return this.#ofRows(rows, rows.firstRow, rows.firstRow + rows.existing);
  }

  /** Those of one section. */
  ofSection(rows: ExistingRows, section: number): string {
    const { firstRow = 0, count = 0 } = rows.layout.sections[section] ?? {};
    const end = firstRow + Math.ceil(count / rows.layout.columns);
    return this.#ofRows(
      rows,
      Math.max(firstRow, rows.firstRow),
      Math.min(end, rows.firstRow + rows.existing),
    );
  }

  #ofRows({ layout, existing }: ExistingRows, first: number, end: number): string {
    const ids: string[] = [];
    for (let row = first; row < end; row++) {
      const { count } = rowOf(layout, row);
      for (let column = 0; column < count; column++) ids.push(this.of(row % existing, column));
    }
    return ids.join(' ');
  }
}
