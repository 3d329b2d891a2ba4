import fc from 'fast-check';
import { expect, it } from 'vitest';
import { teachingOrder, type Waiting } from '../../../app/core/labeling/teaching-order.ts';

const scene = (digit: string): string => digit.repeat(32) + '80'.repeat(36);

it('every picture comes once, the least sure ones early', () => {
  const waiting = fc.array(
    fc.record({
      confidence: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
      fingerprint: fc.option(fc.constantFrom(scene('0'), scene('5'), scene('f')), { nil: null }),
    }),
    { maxLength: 150 },
  );
  fc.assert(
    fc.property(waiting, (rows) => {
      const pictures: Waiting[] = rows
        .toSorted((a, b) => (a.confidence ?? 2) - (b.confidence ?? 2))
        .map((row, at) => ({ id: at + 1, ...row }));
      expect(teachingOrder(pictures).toSorted((a, b) => a - b)).toEqual(pictures.map(({ id }) => id));
    }),
  );
  expect(teachingOrder([{ id: 4, confidence: 0.3, fingerprint: scene('0') }])).toEqual([4]);
});

it('of pictures that are about as unsure, one of each scene comes before a second of any', () => {
  const pictures = ['0', '0', '0', '5', '5', 'f', 'f'].map((digit, at) => ({
    id: at + 1,
    confidence: 0.4 + at / 1000,
    fingerprint: scene(digit),
  }));
  const scenes = teachingOrder(pictures).map((id) => pictures[id - 1]?.fingerprint.charAt(0));
  expect(new Set(scenes.slice(0, 3))).toEqual(new Set(['0', '5', 'f']));
});
