import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defaultTrainSettings, type Run } from '../../../app/contract/index.ts';
import { RunList } from '../../../renderer/features/training/run-list.svelte.ts';

const run = (id: string, createdAt: number): Run => ({
  id,
  name: id,
  model: 'lenet',
  status: 'done',
  settings: defaultTrainSettings,
  graph: { name: 'g', input: { channels: 1, height: 8, width: 8 }, layers: [] },
  classes: ['a', 'b'],
  parameters: 1,
  createdAt,
  endedAt: null,
  epoch: 1,
  bestEpoch: 1,
  bestValAccuracy: 1,
  testAccuracy: null,
  imagesPerSecond: 1,
  seconds: 1,
  dataHash: 'abc',
  hasCheckpoint: true,
  error: null,
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A list over services that hold two runs, and what was removed from them. */
async function openList(): Promise<{ list: RunList; removed: string[] }> {
  const removed: string[] = [];
  const list = new RunList(
    {
      runs: {
        list: () => Promise.resolve([run('old', 1), run('new', 2)]),
        get: ({ runId }) => Promise.resolve(run(runId, 1)),
        rename: ({ runId, name }) => Promise.resolve({ ...run(runId, 1), name }),
        remove: ({ runId }) => Promise.resolve(void removed.push(runId)),
        metrics: () => Promise.resolve([]),
        checkpoints: () => Promise.resolve([]),
        schedule: () => Promise.resolve([]),
        curves: () => Promise.resolve({ steps: [], stride: 1, epochs: [], lastSeq: -1 }),
        layers: () => Promise.resolve([]),
        events: () => Promise.resolve([]),
        data: () => Promise.resolve([]),
        dataVersion: () => Promise.reject(new Error('not asked for here')),
        compareData: () => Promise.reject(new Error('not asked for here')),
        disk: () => Promise.reject(new Error('not asked for here')),
        removeCheckpoints: () => Promise.reject(new Error('not asked for here')),
        startRateSearch: () => Promise.reject(new Error('not asked for here')),
        start: () => Promise.reject(new Error('not asked for here')),
      },
    },
    'p',
  );
  await list.read();
  return { list, removed };
}
const names = (list: RunList): string[] => list.shown.map(({ name }) => name);

test('the newest run is first, a new one joins when it is announced, and a rename is seen', async () => {
  const { list } = await openList();
  expect(names(list)).toEqual(['new', 'old']);
  list.hear({ type: 'run', projectId: 'p', run: run('newest', 3) });
  list.hear({ type: 'run', projectId: 'another project', run: run('stranger', 4) });
  expect(names(list)).toEqual(['newest', 'new', 'old']);
  await list.rename('old', 'first try');
  expect(names(list)).toEqual(['newest', 'new', 'first try']);
});

test('a removed run can be brought back for a while', async () => {
  const { list, removed } = await openList();
  await list.remove(run('old', 1));
  expect(names(list)).toEqual(['new']);
  list.undoRemove();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(names(list)).toEqual(['new', 'old']);
  expect(removed).toEqual([]);
});

test('after that, or when the next one is removed, it is gone', async () => {
  const { list, removed } = await openList();
  await list.remove(run('old', 1));
  await list.remove(run('new', 2));
  expect(removed).toEqual(['old']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(removed).toEqual(['old', 'new']);
  expect(names(list)).toEqual([]);
});
