import { expect, test } from 'vitest';
import { filterOf, shownClass } from '../../../renderer/features/labeling/shown-filter.ts';

test('what stands in the address becomes a filter', () => {
  expect(filterOf(null)).toEqual({});
  expect(filterOf('unlabeled')).toEqual({ classId: null, excluded: false });
  expect(filterOf('val')).toEqual({ split: 'val' });
  expect(filterOf(shownClass(7))).toEqual({ classId: 7 });
});

test('whatever else stands there shows all', () => {
  for (const text of [
    '',
    'class-',
    'class-0',
    'class-x',
    'class-1e3',
    'class-99999999999999999999',
    'toString',
  ]) {
    expect(filterOf(text)).toEqual({});
  }
});
