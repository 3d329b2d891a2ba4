import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellAfterKey, cellText, confusionCsv, scaleConfusion } from '../../../renderer/charts/confusion.ts';

const counts = [
  [8, 2],
  [0, 10],
];

test('shares of the true class, of the predicted class and of all', () => {
  expect(scaleConfusion(counts, 'row')).toEqual([
    [0.8, 0.2],
    [0, 1],
  ]);
  expect(scaleConfusion(counts, 'column')).toEqual([
    [1, 2 / 12],
    [0, 10 / 12],
  ]);
  expect(scaleConfusion(counts, 'all')).toEqual([
    [0.4, 0.1],
    [0, 0.5],
  ]);
  expect(scaleConfusion(counts, 'counts')).toEqual(counts);
});

test('a class without pictures gives zeros, not NaN', () => {
  expect(
    scaleConfusion(
      [
        [0, 0],
        [0, 0],
      ],
      'row',
    ),
  ).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test('figures are short: counts whole, shares in percent, zero left empty', () => {
  expect(cellText(1200, 'counts')).toBe('1200');
  expect(cellText(0, 'counts')).toBe('');
  expect(cellText(0.0312, 'row')).toBe('3.1');
  expect(cellText(0.998, 'row')).toBe('100');
});

test('the CSV reads back as the names and numbers that went in', () => {
  const names = fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(names, (classes) => {
      const values = classes.map((_, row) => classes.map((_, column) => row * 10 + column));
      const rows = parse(confusionCsv(classes, values)) as string[][];
      expect(rows[0]?.slice(1)).toEqual(classes);
      expect(rows.slice(1).map((row) => row[0])).toEqual(classes);
      expect(rows.slice(1).map((row) => row.slice(1).map(Number))).toEqual(values);
    }),
  );
});

test('arrows move by one and stop at the edge; other keys are not ours', () => {
  expect(cellAfterKey('ArrowDown', 0, 1, 2)).toEqual({ row: 1, column: 1 });
  expect(cellAfterKey('ArrowDown', 1, 1, 2)).toEqual({ row: 1, column: 1 });
  expect(cellAfterKey('ArrowLeft', 1, 0, 2)).toEqual({ row: 1, column: 0 });
  expect(cellAfterKey('ArrowRight', 0, 0, 2)).toEqual({ row: 0, column: 1 });
  expect(cellAfterKey('ArrowUp', 1, 0, 2)).toEqual({ row: 0, column: 0 });
  expect(cellAfterKey('Home', 1, 1, 2)).toEqual({ row: 1, column: 0 });
  expect(cellAfterKey('End', 0, 0, 2)).toEqual({ row: 0, column: 1 });
  expect(cellAfterKey('Enter', 0, 0, 2)).toBeNull();
});
