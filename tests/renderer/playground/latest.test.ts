import { expect, test } from 'vitest';
import { Latest } from '../../../renderer/features/playground/latest.ts';

test('works on one input at a time and skips those that were overtaken', async () => {
  const seen: number[] = [];
  let finish: () => void = () => undefined;
  const latest = new Latest<number>((input) => {
    seen.push(input);
    return new Promise((resolve) => (finish = resolve));
  });
  latest.offer(1);
  latest.offer(2);
  latest.offer(3);
  expect(seen).toEqual([1]);
  finish();
  await Promise.resolve();
  await Promise.resolve();
  expect(seen).toEqual([1, 3]);
  finish();
  await Promise.resolve();
  await Promise.resolve();
  latest.offer(4);
  expect(seen).toEqual([1, 3, 4]);
});
