import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BrowserWindow, Rectangle } from 'electron';
import { z } from 'zod';

/** Where the window was when it was last closed. */
const windowState = z.object({
  bounds: z.object({
    x: z.int(),
    y: z.int(),
    width: z.int().min(1).max(32_767),
    height: z.int().min(1).max(32_767),
  }),
  isMaximized: z.boolean(),
});
export type WindowState = z.infer<typeof windowState>;

/** How much of the title bar has to be on a display for a person to get hold of it, px. */
const grip = { width: 120, height: 40 };

/** What `file` remembers; null when there is nothing, it cannot be read, or that display is gone. */
export function readWindowState(file: string, displays: readonly Rectangle[]): WindowState | null {
  try {
    const state = windowState.parse(JSON.parse(readFileSync(file, 'utf8')));
    return displays.some((display) => isWithinReach(state.bounds, display)) ? state : null;
  } catch {
    return null;
  }
}

/** Writes the place of the window to `file` whenever it is closed. */
export function keepWindowState(file: string, window: BrowserWindow): void {
  window.on('close', () => {
    const state: WindowState = { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() };
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, JSON.stringify(state));
      renameSync(`${file}.new`, file);
    } catch {
      // A place that could not be kept is no reason to hold up the person who leaves.
    }
  });
}

function isWithinReach(window: Rectangle, display: Rectangle): boolean {
  const right = Math.min(window.x + window.width, display.x + display.width);
  const left = Math.max(window.x, display.x);
  return (
    right - left >= grip.width &&
    window.y >= display.y &&
    window.y <= display.y + display.height - grip.height
  );
}
