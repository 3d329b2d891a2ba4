import { expect, test } from 'vitest';
import { DragFrame } from '../../../../renderer/ui/grid/drag-frame.svelte.ts';

test('a press that hardly moves is a click', () => {
  const frame = new DragFrame();
  expect(frame.drag({ x: 50, y: 50 })).toBe(false);
  frame.press({ x: 10, y: 10 });
  expect(frame.drag({ x: 12, y: 12 })).toBe(false);
  expect(frame.release()).toBeNull();
  expect(frame.isDrawn).toBe(false);
});

test('a frame may be drawn in any direction, and its end is no click', () => {
  const frame = new DragFrame();
  frame.press({ x: 100, y: 80 });
  expect(frame.drag({ x: 40, y: 90 })).toBe(true);
  expect(frame.drag({ x: 30, y: 20 })).toBe(true);
  expect(frame.release()).toEqual({ left: 30, top: 20, right: 100, bottom: 80 });
  expect(frame.isDrawn).toBe(true);
  expect(frame.box).toBeNull();
  expect(frame.drag({ x: 0, y: 0 })).toBe(false);
  frame.press({ x: 1, y: 1 });
  expect(frame.isDrawn).toBe(false);
});
