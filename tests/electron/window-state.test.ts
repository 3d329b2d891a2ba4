import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindow as RealWindow } from 'electron';
import * as fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { keepWindowState, readWindowState } from '../../app/hosts/electron/window-state.ts';
import { BrowserWindow } from './double.ts';

const folder = mkdtempSync(join(tmpdir(), 'tessera-window-'));
const file = join(folder, 'desktop', 'window.json');
const displays = [
  { x: 0, y: 0, width: 1920, height: 1080 },
  { x: 1920, y: 0, width: 1280, height: 800 },
];
beforeEach(() => rmSync(file, { force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

function closedAt(bounds: { x: number; y: number; width: number; height: number }, maximized = false): void {
  const window = new BrowserWindow(bounds);
  window.maximized = maximized;
  keepWindowState(file, window as unknown as RealWindow);
  window.close();
}

describe('the place of the window', () => {
  test('is where it was left, on either display', () => {
    closedAt({ x: 30, y: 40, width: 1000, height: 700 }, true);
    expect(readWindowState(file, displays)).toEqual({
      bounds: { x: 30, y: 40, width: 1000, height: 700 },
      isMaximized: true,
    });
    closedAt({ x: 2000, y: 0, width: 1000, height: 700 });
    expect(readWindowState(file, displays)?.bounds.x).toBe(2000);
  });

  test('is forgotten when that display is gone', () => {
    closedAt({ x: 2000, y: 0, width: 1000, height: 700 });
    expect(readWindowState(file, displays.slice(0, 1))).toBeNull();
  });

  test('is never out of reach: its title bar can be taken hold of', () => {
    const place = fc.record({
      x: fc.integer({ min: -5000, max: 5000 }),
      y: fc.integer({ min: -5000, max: 5000 }),
      width: fc.integer({ min: 1, max: 4000 }),
      height: fc.integer({ min: 1, max: 4000 }),
    });
    fc.assert(
      fc.property(place, (bounds) => {
        writeFileSync(file, JSON.stringify({ bounds, isMaximized: false }));
        const kept = readWindowState(file, displays)?.bounds;
        if (kept === undefined) return true;
        return displays.some(({ x, y, width, height }) => {
          const across = Math.min(kept.x + kept.width, x + width) - Math.max(kept.x, x);
          return across >= 120 && kept.y >= y && kept.y + 40 <= y + height;
        });
      }),
    );
  });

  test('is not read from garbage', () => {
    expect(readWindowState(join(folder, 'none.json'), displays)).toBeNull();
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        writeFileSync(file, text);
        return readWindowState(file, displays) === null;
      }),
    );
  });

  test('is written whole', () => {
    closedAt({ x: 1, y: 2, width: 900, height: 600 });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      bounds: { x: 1, y: 2, width: 900, height: 600 },
      isMaximized: false,
    });
  });
});
