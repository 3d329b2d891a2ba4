import { expect, test } from 'vitest';
import { hasDarkBorder } from '../../../renderer/features/playground/brightness.ts';

/** A picture of one grey with another in its middle, as RGBA. */
function framed(size: number, border: number, middle: number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const isEdge = x === 0 || y === 0 || x === size - 1 || y === size - 1;
      pixels.fill(isEdge ? border : middle, (y * size + x) * 4, (y * size + x) * 4 + 3);
    }
  }
  return pixels;
}

test('the border decides, not what is drawn in the middle', () => {
  expect(hasDarkBorder(framed(9, 10, 255), 9, 9)).toBe(true);
  expect(hasDarkBorder(framed(9, 240, 0), 9, 9)).toBe(false);
});

test('one pixel, one column and nothing', () => {
  expect(hasDarkBorder(framed(1, 0, 0), 1, 1)).toBe(true);
  expect(hasDarkBorder(new Uint8ClampedArray([255, 255, 255, 255, 200, 200, 200, 255]), 1, 2)).toBe(false);
  expect(hasDarkBorder(new Uint8ClampedArray(0), 0, 0)).toBe(false);
});
