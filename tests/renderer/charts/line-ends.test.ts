import { expect, test } from 'vitest';
import { heightAt } from '../../../renderer/charts/line-ends.ts';

test('a line leaves the plot between the points on both sides of its end', () => {
  const line = { x: [0, 1, 3], y: [5, 4, 2] };
  expect(heightAt(line, 2)).toBe(3);
  expect(heightAt(line, 1)).toBe(4);
  expect(heightAt(line, 9)).toBe(2);
  expect(heightAt(line, -1)).toBeUndefined();
});
