import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spreadLabels } from '../../../renderer/charts/spread.ts';

test('labels with room stay where they are', () => {
  expect(spreadLabels([10, 50], 15, 0, 100)).toEqual([10, 50]);
});

test('labels at the same place move apart and stay inside', () => {
  expect(spreadLabels([50, 50], 15, 0, 100)).toEqual([50, 65]);
  expect(spreadLabels([100, 99], 15, 0, 100)).toEqual([100, 85]);
});

test('where there is room, every pair keeps its distance and its order', () => {
  const wishes = fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { maxLength: 8 });
  fc.assert(
    fc.property(wishes, (wanted) => {
      const placed = spreadLabels(wanted, 15, 0, 200);
      const byWish = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
      const inOrder = byWish.map((index) => placed[index] ?? NaN);
      inOrder.slice(1).forEach((place, i) => {
        expect(place - (inOrder[i] ?? NaN)).toBeGreaterThanOrEqual(15 - 1e-9);
      });
      placed.forEach((place) => {
        expect(place).toBeGreaterThanOrEqual(0);
        expect(place).toBeLessThanOrEqual(200);
      });
    }),
  );
});
