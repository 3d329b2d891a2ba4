import fc from 'fast-check';
import { expect, test } from 'vitest';
import { channelRows, takesWhite } from '../../../renderer/features/dataset/pixels.ts';

test('a channel is taken out row by row', () => {
  const width = 3;
  const height = 2;
  const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, at) => at);
  expect(channelRows({ width, height, data }, 0)).toEqual([
    [0, 4, 8],
    [12, 16, 20],
  ]);
  expect(channelRows({ width, height, data }, 2)).toEqual([
    [2, 6, 10],
    [14, 18, 22],
  ]);
});

/** Relative luminance and contrast of WCAG 2. */
function luminance(grey: number): number {
  const share = grey / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
const contrast = (one: number, other: number): number => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
};

test('a number can be read on every grey', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), (grey) => {
      expect(contrast(grey, takesWhite(grey) ? 255 : 0)).toBeGreaterThanOrEqual(4.5);
    }),
  );
});
