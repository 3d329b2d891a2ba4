import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  existingRows,
  firstExistingRow,
  gridLayout,
  rowInSlot,
  rowOf,
  rowOfTile,
  scrollTopFor,
  sectionOf,
  sectionsOfRows,
  tileAfterKey,
  tileAt,
  tilesWithin,
  topRow,
  type GridLayout,
} from '../../../../renderer/ui/grid/grid-window.ts';

const gap = 8;
const layoutOf = (groups: readonly number[], width = 500, count = groups.reduce((a, b) => a + b, 0)) =>
  gridLayout({ count, groups, width, tile: 100, caption: 22, gap, heading: 32 });
const groups = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 });

describe('a grid with headings', () => {
  /** Numbers of the rows that exist when it is scrolled so far. */
  function rowsAt(layout: GridLayout, scrollTop: number, height: number): number[] {
    const existing = existingRows(layout, height);
    const first = firstExistingRow(layout, topRow(layout, scrollTop), existing);
    return Array.from({ length: existing }, (_, at) => first + at);
  }

  it('has every row that is seen, always as many of them, and each tile in one', () => {
    fc.assert(
      fc.property(groups, fc.integer({ min: 120, max: 900 }), (counts, width) => {
        const layout = layoutOf(counts, width);
        const count = counts.reduce((a, b) => a + b, 0);
        const all = Array.from({ length: layout.rows }, (_, row) => rowOf(layout, row));
        expect(all.reduce((sum, row) => sum + row.count, 0)).toBe(count);
        for (let index = 0; index < count; index++) {
          const { first, count: tiles } = rowOf(layout, rowOfTile(layout, index));
          expect(index).toBeGreaterThanOrEqual(first);
          expect(index).toBeLessThan(first + tiles);
        }
        const height = 200;
        for (let scrollTop = 0; scrollTop <= layout.totalHeight - height; scrollTop += 50) {
          const rows = rowsAt(layout, scrollTop, height);
          expect(rows.length).toBe(existingRows(layout, height));
          expect(rows[0]).toBeGreaterThanOrEqual(0);
          expect(rows.at(-1)).toBeLessThan(layout.rows);
          const seen = all.flatMap(({ top }, row) =>
            top + layout.rowHeight - gap > scrollTop && top < scrollTop + height ? [row] : [],
          );
          expect(rows).toEqual(expect.arrayContaining(seen));
          const sections = rows.map((row) => sectionOf(layout.sections, rowOf(layout, row).first));
          expect(sectionsOfRows(layout, rows[0] as number, (rows.at(-1) as number) + 1)).toEqual([
            ...new Set(sections),
          ]);
        }
      }),
    );
  });

  it('a step of a row changes one slot, and no two slots hold the same row', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.integer({ min: 1, max: 40 }), (first, existing) => {
        const slots = Array.from({ length: existing }, (_, slot) => slot);
        const before = slots.map((slot) => rowInSlot(slot, first, existing));
        const after = slots.map((slot) => rowInSlot(slot, first + 1, existing));
        expect(before.toSorted((a, b) => a - b)).toEqual(slots.map((slot) => first + slot));
        expect(before.filter((row, slot) => row !== after[slot])).toEqual([first]);
        expect(slots.filter((slot) => (before[slot] as number) % existing !== slot)).toEqual([]);
      }),
    );
  });

  it('down and up again comes back to the same column, and every tile is reached by keys', () => {
    fc.assert(
      fc.property(groups, (counts) => {
        const layout = layoutOf(counts);
        const count = counts.reduce((a, b) => a + b, 0);
        const press = (key: string, from: number) =>
          tileAfterKey(key, from, layout, { count, rowsInView: 3 }) as number;
        let at = 0;
        let steps = 0;
        while (press('ArrowDown', at) !== at && steps++ < 1000) {
          const below = press('ArrowDown', at);
          expect(below).toBeGreaterThan(at);
          expect(press('ArrowUp', below)).toBe(at);
          at = below;
        }
        expect(sectionOf(layout.sections, at)).toBe(counts.length - 1);
        expect(press('End', 0)).toBe(count - 1);
        expect(press('ArrowRight', count - 1)).toBe(count - 1);
        expect(tileAfterKey('x', 0, layout, { count, rowsInView: 3 })).toBeNull();
      }),
    );
  });

  it('a tile that was scrolled to is seen whole, and lies under its own middle', () => {
    fc.assert(
      fc.property(groups, fc.nat(), (counts, seed) => {
        const layout = layoutOf(counts);
        const count = counts.reduce((a, b) => a + b, 0);
        const index = seed % count;
        const height = 400;
        const scrollTop = scrollTopFor(index, layout, gap, { scrollTop: 0, height });
        expect(rowsAt(layout, scrollTop, height)).toContain(rowOfTile(layout, index));
        const { first, top } = rowOf(layout, rowOfTile(layout, index));
        expect(top).toBeGreaterThanOrEqual(scrollTop);
        expect(top + layout.rowHeight - gap).toBeLessThanOrEqual(scrollTop + height);
        const middle = { x: (index - first) * (layout.tileWidth + gap) + 40, y: top + 40 };
        expect(tileAt(middle.x, middle.y, layout, gap)).toBe(index);
        const point = { left: middle.x, right: middle.x + 1, top: middle.y, bottom: middle.y + 1 };
        expect(tilesWithin(point, layout, gap)).toEqual([{ first: index, end: index + 1 }]);
      }),
    );
  });

  it('a frame around everything holds every tile once', () => {
    const layout = layoutOf([7, 3, 12]);
    const runs = tilesWithin({ left: -5, top: -5, right: 2000, bottom: 5000 }, layout, gap);
    expect(runs.reduce((sum, { first, end }) => sum + end - first, 0)).toBe(22);
    expect(tilesWithin({ left: 2000, top: 0, right: 2100, bottom: 10 }, layout, gap)).toEqual([]);
  });

  it('groups that know of more pictures than there are do not make any up', () => {
    const layout = layoutOf([5, 9], 500, 8);
    expect(layout.sections.map(({ count }) => count)).toEqual([5, 3]);
  });

  it('an empty grid, and one without room, have no rows', () => {
    expect(existingRows(layoutOf([], 500, 0), 400)).toBe(0);
    expect(topRow(layoutOf([], 500, 0), 0)).toBe(0);
    expect(rowOf(layoutOf([], 500, 0), 0).count).toBe(0);
    expect(existingRows(layoutOf([], 0, 12), 0)).toBeGreaterThan(0);
  });
});
