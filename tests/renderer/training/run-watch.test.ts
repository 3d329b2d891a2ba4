import { expect, test } from 'vitest';
import type { Curves, Metric } from '../../../app/contract/index.ts';
import { condense } from '../../../app/core/training/condense.ts';
import type { Heard } from '../../../renderer/client/index.ts';
import { RunWatch } from '../../../renderer/features/training/run-watch.svelte.ts';

const step = (seq: number): Metric => ({
  kind: 'step',
  seq,
  step: seq + 1,
  epoch: seq / 10,
  time: seq,
  loss: 1,
  accuracy: 0.5,
  imagesPerSecond: 100,
});
const announced = (points: Metric[], runId = 'r'): Heard => ({
  type: 'metrics',
  projectId: 'p',
  runId,
  points,
});

test('history comes first, then what was announced while it was read, then the rest', async () => {
  let answer: (curves: Curves) => void = () => undefined;
  const history = new Promise<Curves>((resolve) => (answer = resolve));
  const unused = (): Promise<never> => Promise.reject(new Error('not asked for here'));
  const runs = {
    metrics: unused,
    curves: () => history,
    checkpoints: () => Promise.resolve([]),
    layers: () => Promise.resolve([]),
    events: () => Promise.resolve([]),
    data: () => Promise.resolve([]),
    dataVersion: () => Promise.reject(new Error('not asked for here')),
    compareData: () => Promise.reject(new Error('not asked for here')),
    disk: () => Promise.reject(new Error('not asked for here')),
    removeCheckpoints: () => Promise.reject(new Error('not asked for here')),
    schedule: () => Promise.resolve([]),
    startRateSearch: () => Promise.reject(new Error('not asked for here')),
    list: unused,
    get: unused,
    rename: unused,
    remove: unused,
    start: unused,
  };
  const watch = new RunWatch({ runs }, 'p', 'r');

  const read = watch.read();
  watch.hear(announced([step(1)]));
  watch.hear(announced([step(2)]));
  watch.hear(announced([step(9)], 'another run'));
  expect(watch.points.steps).toEqual([]);
  answer({ ...condense([step(0), step(1)], 3000), lastSeq: 1 });
  await read;
  watch.hear(announced([step(3)]));

  expect(watch.points.steps.map((point) => point.seq)).toEqual([0, 1, 2, 3]);
  expect(watch.points.lastSeq).toBe(3);
});
