import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClassInfo } from '../../../app/contract/index.ts';
import { labelsGained, withMoves } from '../../../renderer/features/labeling/class-counts.ts';

const classOf = (id: number, total: number): ClassInfo => ({
  id,
  name: `class ${id}`,
  color: 0,
  position: id - 1,
  key: String(id),
  description: '',
  isNone: false,
  total,
  train: 0,
  val: 0,
  test: 0,
});
const label = fc.option(fc.constantFrom(1, 2, 3), { nil: null });
const moves = fc.array(fc.record({ from: label, to: label }));

test('moving there and back leaves every number as it was', () => {
  fc.assert(
    fc.property(moves, (there) => {
      const before = [classOf(1, 10), classOf(2, 5), classOf(3, 0)];
      const back = there.map(({ from, to }) => ({ from: to, to: from }));
      expect(withMoves(withMoves(before, there), back)).toEqual(before);
      expect(labelsGained(there) + labelsGained(back)).toBe(0);
    }),
  );
});

test('what the classes gain together is what is labeled more', () => {
  fc.assert(
    fc.property(moves, (made) => {
      const before = [classOf(1, 10), classOf(2, 5), classOf(3, 0)];
      const total = (classes: readonly ClassInfo[]): number =>
        classes.reduce((sum, one) => sum + one.total, 0);
      expect(total(withMoves(before, made)) - total(before)).toBe(labelsGained(made));
    }),
  );
});
