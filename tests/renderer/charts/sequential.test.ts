import { expect, test } from 'vitest';
import { contrast, inkOn, luminance, sequentialColor } from '../../../renderer/charts/sequential.ts';

const shares = Array.from({ length: 101 }, (_, index) => index / 100);

test('contrast is that of WCAG', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
  expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2);
});

test('more is always lighter, so the scale reads without colour', () => {
  const lights = shares.map((share) => luminance(sequentialColor(share)));
  lights.slice(1).forEach((light, index) => expect(light).toBeGreaterThan(lights[index] ?? 1));
});

test('a figure on any colour of the scale reaches 4.5:1', () => {
  for (const share of shares) {
    const color = sequentialColor(share);
    expect(contrast(inkOn(color), color)).toBeGreaterThanOrEqual(4.5);
  }
});

test('shares outside 0…1 take the colour of the end', () => {
  expect(sequentialColor(-1)).toEqual(sequentialColor(0));
  expect(sequentialColor(2)).toEqual(sequentialColor(1));
});
