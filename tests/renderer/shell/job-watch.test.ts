import { expect, test } from 'vitest';
import type { Job } from '../../../app/contract/index.ts';
import { JobWatch } from '../../../renderer/shell/job-watch.svelte.ts';

const running: Job = {
  id: 'job-1',
  kind: 'export',
  projectId: 'p',
  title: 'Export',
  status: 'running',
  place: null,
  isPausing: false,
  canPause: false,
  canRetry: false,
  progress: 0.5,
  eta: 1,
  detail: '',
  runId: 'r',
  result: null,
  error: null,
};
const done: Job = { ...running, status: 'done', progress: 1 };

/** A watch on services whose one job stands as `now()` says. */
function watchOn(now: () => Job): JobWatch {
  return new JobWatch({
    jobs: {
      get: () => Promise.resolve(now()),
      list: () => Promise.resolve([now()]),
      cancel: () => Promise.resolve(),
    },
  });
}
const begin = (): Promise<{ jobId: string }> => Promise.resolve({ jobId: 'job-1' });
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test('follows announcements until the job is done', async () => {
  const watch = watchOn(() => running);
  const ended = watch.run(begin);
  await settled();
  watch.hear({ type: 'job', job: { ...running, progress: 0.9 } });
  expect(watch.job?.progress).toBe(0.9);
  watch.hear({ type: 'job', job: { ...done, id: 'another' } });
  expect(watch.job).not.toBeNull();
  watch.hear({ type: 'job', job: done });
  expect(await ended).toEqual(done);
  expect(watch.job).toBeNull();
});

test('a job that ended before it could be followed is not waited for', async () => {
  const watch = watchOn(() => done);
  expect(await watch.run(begin)).toEqual(done);
});

test('an end that is announced while the job is being asked about counts', async () => {
  for (const end of [done, { ...running, status: 'cancelled' } as const]) {
    const watch = watchOn(() => running);
    const ended = watch.run(begin).then(
      ({ status }) => status,
      (error: { code: string }) => error.code,
    );
    await Promise.resolve();
    watch.hear({ type: 'job', job: end });
    expect(await ended).toBe(end.status);
    expect(watch.job).toBeNull();
  }
});

test('after a lost connection the job is asked how it stands', async () => {
  let now = running;
  const watch = watchOn(() => now);
  const ended = watch.run(begin);
  await settled();
  now = done;
  watch.hear({ type: 'reconnected' });
  expect(await ended).toEqual(done);
});

test('a failure throws the error of the job; a cancelled one says so', async () => {
  const error = { code: 'exportDiffers', details: { difference: 1 }, message: 'differs' } as const;
  const failing = watchOn(() => ({ ...running, status: 'failed', error }));
  await expect(failing.run(begin)).rejects.toMatchObject({ code: 'exportDiffers' });
  const cancelled = watchOn(() => ({ ...running, status: 'cancelled' }));
  await expect(cancelled.run(begin)).rejects.toMatchObject({ code: 'cancelled' });
});

test('a job that could not be started leaves nothing behind', async () => {
  const watch = watchOn(() => running);
  await expect(watch.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(watch.job).toBeNull();
});
