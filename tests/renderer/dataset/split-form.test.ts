import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SplitForm } from '../../../renderer/features/dataset/split-form.svelte.ts';

test('whatever is typed, the shares are whole percents that add up to 100', () => {
  const change = fc.tuple(
    fc.constantFrom('train' as const, 'val' as const, 'test' as const),
    fc.integer({ min: 0, max: 100 }),
  );
  fc.assert(
    fc.property(fc.array(change, { minLength: 1 }), (changes) => {
      const form = new SplitForm();
      for (const [split, percent] of changes) {
        form.set(split, percent);
        expect(form.percent[split]).toBe(percent);
      }
      const { train, val, test } = form.percent;
      expect(train + val + test).toBe(100);
      expect(Math.min(train, val, test)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('typed from left to right, each stays as it was typed', () => {
  const form = new SplitForm();
  form.set('train', 70);
  form.set('val', 15);
  expect(form.percent).toEqual({ train: 70, val: 15, test: 15 });
});
