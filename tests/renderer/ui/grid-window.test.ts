import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  gridLayout,
  scrollTopFor,
  sectionOf,
  tileAfterKey,
  tileAt,
  tilePlace,
  tilesWithin,
  visibleBlocks,
} from '../../../renderer/ui/grid-window.ts';

const gap = 8;
const layoutOf = (groups: readonly number[], width = 500, count = groups.reduce((a, b) => a + b, 0)) =>
  gridLayout({ count, groups, width, tile: 100, caption: 22, gap, heading: 32 });
const groups = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 });

describe('a grid with headings', () => {
  it('shows every tile somewhere, and no more rows than are near', () => {
    fc.assert(
      fc.property(groups, fc.integer({ min: 120, max: 900 }), (counts, width) => {
        const layout = layoutOf(counts, width);
        const seen = new Set<number>();
        for (let scrollTop = 0; scrollTop <= layout.totalHeight; scrollTop += 200) {
          const blocks = visibleBlocks(layout, { scrollTop, height: 200 });
          const tiles = blocks.flatMap(({ first, end }) =>
            Array.from({ length: end - first }, (_, i) => first + i),
          );
          for (const tile of tiles) seen.add(tile);
          expect(new Set(tiles).size).toBe(tiles.length);
          for (const { section, first, end } of blocks) {
            if (first < end) expect(sectionOf(layout.sections, end - 1)).toBe(section);
          }
          const rows = (200 + 6 * layout.rowHeight) / layout.rowHeight + counts.length + 2;
          expect(tiles.length).toBeLessThanOrEqual(Math.ceil(rows) * layout.columns);
        }
        expect(seen.size).toBe(counts.reduce((a, b) => a + b, 0));
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
        const block = visibleBlocks(layout, { scrollTop, height }).find(
          ({ first, end }) => index >= first && index < end,
        );
        if (block === undefined) throw new Error('it is not there');
        const place = tilePlace(index, layout, gap);
        expect(place.top).toBeGreaterThanOrEqual(scrollTop);
        expect(place.top + place.height).toBeLessThanOrEqual(scrollTop + height);
        const middle = { x: place.left + 40, y: place.top + 40 };
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
});
