import { expect, test } from 'vitest';
import { heightAt, lineEnds, placeLabels } from '../../../renderer/charts/line-ends.ts';

test('a line leaves the plot between the points on both sides of its end', () => {
  const line = { x: [0, 1, 3], y: [5, 4, 2] };
  expect(heightAt(line, 2)).toBe(3);
  expect(heightAt(line, 1)).toBe(4);
  expect(heightAt(line, 9)).toBe(2);
  expect(heightAt(line, -1)).toBeUndefined();
});

/** A plot of 100 × 100 pixels whose axes count pixels; texts are ten wide. */
const layout = {
  left: 0,
  top: 0,
  width: 100,
  height: 100,
  lineHeight: 15,
  gap: 2,
  placeX: (x: number) => x,
  placeY: (y: number) => y,
  measure: () => 10,
};
const line = (id: string, x: number[], y: number[]) => ({
  id,
  label: id,
  color: '',
  dashed: false,
  smoothing: 0,
  x,
  y,
});

test('the name of a line that ends early stands at its own end, the others beside the plot and apart', () => {
  const lines = [line('short', [0, 40], [9, 50]), line('a', [0, 100], [9, 50]), line('b', [0, 95], [9, 52])];
  const labels = placeLabels(lineEnds(lines, [0, 100], String), layout);
  expect(labels.map(({ text, left }) => [text, left])).toEqual([
    ['short 50', 42],
    ['a 50', 102],
    ['b 52', 102],
  ]);
  const [short, a, b] = labels.map(({ middle }) => middle);
  expect(short).toBe(50);
  expect((b ?? 0) - (a ?? 0)).toBeGreaterThanOrEqual(15);
});

test('names of short lines that end beside each other do not lie on each other', () => {
  const lines = [line('a', [0, 40], [9, 50]), line('b', [0, 45], [9, 51])];
  const [a, b] = placeLabels(lineEnds(lines, [0, 100], String), layout);
  expect((b?.middle ?? 0) - (a?.middle ?? 0)).toBeGreaterThanOrEqual(15);
});

test('a line that is over before the stretch begins has no name in it', () => {
  expect(lineEnds([line('a', [0, 1], [1, 2])], [5, 9], String)).toEqual([]);
});
