import { expect, test } from 'vitest';
import { agrees, compareLogits } from '../../../app/core/evaluation/parity.ts';

const rows = (...values: number[][]) => values.map((row) => Float32Array.from(row));

test('the greatest difference counts, over all pictures and classes', () => {
  const parity = compareLogits(rows([1, 2], [3, 4], [0, 0]), rows([1, 2.25], [3, 3.5], [0, 0]));
  expect(parity).toEqual({ maxAbsDiff: 0.5, tolerance: 1e-4, images: 3 });
  expect(agrees(parity)).toBe(false);
});

test('a ten-thousandth is allowed, and with logits above ten a hundred-thousandth of the greatest', () => {
  const allows = (logit: number, difference: number) =>
    agrees(compareLogits([Float32Array.of(logit, 0)], [Float32Array.of(logit, difference)]));
  expect([allows(1, 0.99e-4), allows(10, 0.99e-4), allows(100, 0.99e-3)]).toEqual([true, true, true]);
  expect([allows(1, 1.01e-4), allows(10, 1.01e-4), allows(100, 1.01e-3)]).toEqual([false, false, false]);
});

test('a number that is not finite, a row or a picture that is missing is never the same model', () => {
  const differ = [
    compareLogits(rows([NaN]), rows([NaN])),
    compareLogits(rows([Infinity]), rows([Infinity])),
    compareLogits(rows([1]), rows([NaN])),
    compareLogits(rows([1, 2]), rows([1])),
    compareLogits(rows([1]), rows([1, 2])),
    compareLogits(rows([1], [2]), rows([1])),
    compareLogits(rows([1]), rows([1], [2])),
  ];
  expect(differ.map(({ maxAbsDiff }) => maxAbsDiff)).toEqual(differ.map(() => Infinity));
  expect(differ.some(agrees)).toBe(false);
});
