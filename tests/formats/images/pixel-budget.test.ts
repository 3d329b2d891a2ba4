import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { greatestPixels } from '../../../app/formats/images/picture-limits.ts';
import { withinPixelBudget } from '../../../app/formats/images/pixel-budget.ts';

it('pictures in hand never have more pixels together than one may have, and every one gets its turn', async () => {
  const pixels = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: greatestPixels }));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(pixels, fc.boolean()), { maxLength: 30 }), async (pictures) => {
      let inHand = 0;
      const order: number[] = [];
      const work = pictures.map(([count, fails], number) =>
        withinPixelBudget(count, async () => {
          order.push(number);
          inHand += count;
          expect(inHand).toBeLessThanOrEqual(greatestPixels);
          await turn();
          inHand -= count;
          if (fails) throw new Error('broken');
        }),
      );
      const results = await Promise.allSettled(work);
      expect(results.map(({ status }) => status === 'rejected')).toEqual(pictures.map(([, fails]) => fails));
      expect(order).toEqual([...pictures.keys()]);
    }),
  );
});
