import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Removal } from '../../../renderer/features/training/removal.svelte.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a removal is carried out once its time is over, at once before the next one, and never after it was taken back', async () => {
  const gone: string[] = [];
  const removal = new Removal<string>((thing) => Promise.resolve(void gone.push(thing)));
  await removal.begin('a');
  expect([removal.item, gone]).toEqual(['a', []]);
  await removal.begin('b');
  expect([removal.item, gone]).toEqual(['b', ['a']]);
  removal.undo();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([removal.item, gone]).toEqual([null, ['a']]);
  await removal.begin('c');
  await vi.advanceTimersByTimeAsync(60_000);
  expect([removal.item, gone]).toEqual([null, ['a', 'c']]);
  await removal.settle();
  expect(gone).toEqual(['a', 'c']);
});

test('what cannot be carried out is said to who settles it', async () => {
  const removal = new Removal<string>(() => Promise.reject(new Error('no')));
  await removal.begin('a');
  await expect(removal.settle()).rejects.toThrow('no');
  expect(removal.item).toBeNull();
});
