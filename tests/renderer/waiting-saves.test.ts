import { expect, test } from 'vitest';
import { TesseraError } from '../../app/contract/index.ts';
import { SaveQueue } from '../../renderer/features/labeling/save-queue.svelte.ts';
import { WaitingSaves, waitingSaves } from '../../renderer/ui/waiting-saves.svelte.ts';

const full = () => new TesseraError('projectNotWritable', { path: '/x', reason: 'the disk is full' });
const tick = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A disk that refuses everything until there is room. */
class Disk {
  hasRoom = false;
  readonly written: string[] = [];
  tries = 0;
  write = async (what: string): Promise<string> => {
    this.tries++;
    await Promise.resolve();
    if (!this.hasRoom) throw full();
    this.written.push(what);
    return what;
  };
}

test('what cannot be written now waits, is tried again, and is written when there is room', async () => {
  const disk = new Disk();
  const saves = new WaitingSaves(1);
  const saving = saves.run(() => disk.write('label'));
  await tick();
  expect(saves.error?.code).toBe('projectNotWritable');
  expect(saves.count).toBe(1);
  await tick();
  expect(disk.tries).toBeGreaterThan(1);
  disk.hasRoom = true;
  expect(await saving).toBe('label');
  expect(saves.error).toBeNull();
  expect(saves.count).toBe(0);
});

test('another error does not wait', async () => {
  const saves = new WaitingSaves(1);
  const refused = saves.run(() => Promise.reject(new TesseraError('imageNotFound', { image: 1 })));
  await expect(refused).rejects.toMatchObject({ code: 'imageNotFound' });
  expect(saves.error).toBeNull();
});

test('given up, everything that waits fails with its error, and what comes later waits anew', async () => {
  const disk = new Disk();
  const saves = new WaitingSaves(60_000);
  const both = Promise.allSettled(['a', 'b'].map((what) => saves.run(() => disk.write(what))));
  await tick();
  saves.giveUp();
  saves.giveUp();
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const later = saves.run(() => disk.write('c'));
  await tick();
  expect(saves.error).not.toBeNull();
  disk.hasRoom = true;
  saves.tryNow();
  expect(await later).toBe('c');
});

test('labels keep their order behind the one that waits', async () => {
  const disk = new Disk();
  const queue = new SaveQueue();
  const all = Promise.all(['1', '2', '3'].map((what) => queue.run(() => disk.write(what))));
  await tick();
  expect(waitingSaves.count).toBe(3);
  disk.hasRoom = true;
  waitingSaves.tryNow();
  await all;
  expect(disk.written).toEqual(['1', '2', '3']);
  expect(queue.waiting).toBe(0);
});
