import fc from 'fast-check';
import { expect, test } from 'vitest';
import { imageGrouping, imageSort, pictureProblem, type ImageFilter } from '../../../app/contract/index.ts';
import { filterOf, queryOf, type FilterKey } from '../../../renderer/features/dataset/data-filter.ts';

const asked = (query: Partial<Record<FilterKey, string>>) => filterOf((key) => query[key] ?? null);

test('an address without a filter shows everything', () => {
  expect(asked({})).toEqual({});
});

test('a filter that is written into the address is read back', () => {
  const flag = fc.option(fc.boolean(), { nil: undefined });
  const id = fc.integer({ min: 1, max: 999_999 });
  const filters = fc.record(
    {
      classId: fc.option(id),
      split: fc.option(fc.constantFrom('train' as const, 'val' as const, 'test' as const)),
      search: fc.string({ minLength: 1 }),
      problem: fc.constantFrom(...pictureProblem.options),
      disagrees: fc.constant(true),
      noted: flag,
      excluded: flag,
      tag: fc.string({ minLength: 1 }),
      importId: id,
      sort: fc.constantFrom(...imageSort.options),
      descending: fc.constant(true),
      group: fc.constantFrom(...imageGrouping.options),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(filters, (wanted) => {
      const filter = JSON.parse(JSON.stringify(wanted)) as ImageFilter;
      const query = queryOf(filter);
      expect(filterOf((key) => query[key])).toEqual(filter);
    }),
  );
});

test('what is not understood counts as absent', () => {
  for (const text of ['', '0', '-3', '1.5', '1e3', 'cats', '9'.repeat(30), '__proto__']) {
    expect(
      asked({
        class: text,
        split: text,
        problem: text,
        sort: text,
        group: text,
        import: text === '9' ? '' : text,
      }),
    ).toEqual({});
  }
});
