import { expect, test } from 'vitest';
import { gridLayout } from '../../../../renderer/ui/grid/grid-window.ts';
import { TileIds } from '../../../../renderer/ui/grid/tile-ids.ts';

const ids = new TileIds('g');
/** Three columns; sections of 4, 2 and 5 tiles, that is rows of 3, 1, 2, 3, 2. */
const layout = gridLayout({
  count: 11,
  groups: [4, 2, 5],
  width: 320,
  tile: 100,
  caption: 22,
  gap: 8,
  heading: 36,
});

test('the id of a tile is that of its slot, in whichever row it is', () => {
  expect(layout.columns).toBe(3);
  expect(ids.ofTile(0, layout, 3)).toBe('g-0-0');
  expect(ids.ofTile(3, layout, 3)).toBe('g-1-0');
  expect(ids.ofTile(7, layout, 3)).toBe('g-0-1');
});

test('tiles are named in their order though their elements stand in that of the slots', () => {
  expect(ids.inOrder({ layout, existing: 3, firstRow: 2 })).toBe('g-2-0 g-2-1 g-0-0 g-0-1 g-0-2 g-1-0 g-1-1');
});

test('a section names those of its tiles that exist', () => {
  expect(ids.ofSection({ layout, existing: 3, firstRow: 0 }, 0)).toBe('g-0-0 g-0-1 g-0-2 g-1-0');
  expect(ids.ofSection({ layout, existing: 3, firstRow: 1 }, 0)).toBe('g-1-0');
  expect(ids.ofSection({ layout, existing: 3, firstRow: 1 }, 2)).toBe('g-0-0 g-0-1 g-0-2');
});
