import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterOf, queryValue, type FilterKey } from '../../../renderer/features/dataset/data-filter.ts';

const asked = (query: Partial<Record<FilterKey, string>>) => filterOf((key) => query[key] ?? null);

test('an address without a filter shows everything', () => {
  expect(asked({})).toEqual({});
});

test('a filter that is written into the address is read back', () => {
  fc.assert(
    fc.property(
      fc.option(fc.option(fc.integer({ min: 1, max: 999_999 })), { nil: undefined }),
      fc.option(fc.option(fc.constantFrom('train' as const, 'val' as const, 'test' as const)), {
        nil: undefined,
      }),
      fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
      (classId, split, search) => {
        const query: Record<FilterKey, string | null> = {
          class: queryValue(classId),
          split: queryValue(split),
          search: search ?? null,
        };
        expect(filterOf((key) => query[key])).toEqual({
          ...(classId !== undefined && { classId }),
          ...(split !== undefined && { split }),
          ...(search !== undefined && { search }),
        });
      },
    ),
  );
});

test('what is not understood counts as absent', () => {
  for (const text of ['', '0', '-3', '1.5', '1e3', 'cats', '9'.repeat(30), '__proto__']) {
    expect(asked({ class: text, split: text })).toEqual({});
  }
});
