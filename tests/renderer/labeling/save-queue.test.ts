import { expect, test } from 'vitest';
import { SaveQueue } from '../../../renderer/features/labeling/save-queue.svelte.ts';

test('calls go out one after another, and a failed one does not stop the next', async () => {
  const queue = new SaveQueue();
  const log: string[] = [];
  const slow = async (name: string): Promise<string> => {
    log.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 1));
    log.push(`${name} ends`);
    if (name === 'b') throw new Error('b failed');
    return name;
  };
  const answers = Promise.allSettled(['a', 'b', 'c'].map((name) => queue.run(() => slow(name))));
  expect(queue.waiting).toBe(3);
  expect(queue.hasSaved).toBe(false);
  await queue.idle();
  expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  expect(queue.waiting).toBe(0);
  expect(queue.hasSaved).toBe(true);
});
