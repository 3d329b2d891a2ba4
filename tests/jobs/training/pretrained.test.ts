import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EpochMetric, Run } from '../../../app/contract/index.ts';
import { headStrengths } from '../../../app/core/training/head-path.ts';
import { LiveServices, quick } from './live-services.ts';

/** A head on what the pretrained network sees in X and O, at a size where that takes a second. */
let live: LiveServices;
let project: { id: string; path: string };
let projectId: string;
let run: Run;
const settings = { ...quick, imageSize: 32, pretrained: 'head' as const };

beforeAll(async () => {
  live = new LiveServices();
  project = await live.project();
  projectId = project.id;
  const started = await live.client.runs.start({ projectId, settings });
  expect(await live.settled(started.jobId)).toMatchObject({ status: 'done', error: null });
  run = await live.client.runs.get({ projectId, runId: started.run.id });
});
afterAll(() => live[Symbol.asyncDispose]());

test('the run is one of EfficientNet-Lite0, and knows crosses from rings', () => {
  expect(run).toMatchObject({
    model: 'efficientnet-lite0',
    settings: { model: { kind: 'architecture', name: 'efficientnet-lite0' }, epochs: headStrengths.length },
    epoch: headStrengths.length,
    hasCheckpoint: true,
  });
  expect(run.bestValAccuracy).toBeGreaterThan(0.9);
  expect(run.testAccuracy).toBeGreaterThan(0.9);
});

test('its curves have a point for each strength, and the best of them is kept', async () => {
  const points = await live.client.runs.metrics({ projectId, runId: run.id, after: -1 });
  const epochs = points.filter((point): point is EpochMetric => point.kind === 'epoch');
  expect(epochs.map(({ epoch }) => epoch)).toEqual(headStrengths.map((_, at) => at + 1));
  expect(Math.max(...epochs.map(({ valAccuracy }) => valAccuracy ?? 0))).toBe(run.bestValAccuracy);
});

test('the whole network answers as the head did, and goes out with its preprocessing', async () => {
  const { client } = live;
  const evaluating = await client.evaluation.start({ projectId, runId: run.id, split: 'test' });
  expect(await live.settled(evaluating.jobId)).toMatchObject({ status: 'done', error: null });
  const evaluation = await client.evaluation.get({ projectId, runId: run.id, split: 'test' });
  expect(evaluation?.accuracy).toBeCloseTo(run.testAccuracy ?? Number.NaN, 6);

  const out = join(live.home, 'model.onnx');
  const exporting = await client.exports.start({ projectId, runId: run.id, format: 'onnx', out });
  expect(await live.settled(exporting.jobId)).toMatchObject({ status: 'done', error: null });
  expect(statSync(out).size).toBeGreaterThan(10_000_000);
});

test('what was seen is kept: a second run looks at no picture', async () => {
  const cache = join(project.path, 'cache', 'features');
  const [name] = readdirSync(cache);
  const before = statSync(join(cache, name ?? '')).mtimeMs;
  const started = await live.client.runs.start({ projectId, settings });
  expect(await live.settled(started.jobId)).toMatchObject({ status: 'done', error: null });
  const again = await live.client.runs.get({ projectId, runId: started.run.id });
  expect(again.bestValAccuracy).toBe(run.bestValAccuracy);
  expect(statSync(join(cache, name ?? '')).mtimeMs).toBe(before);
});

test('every layer can go on learning from the same weights', async () => {
  const all = { ...settings, imageSize: 16, pretrained: 'all' as const, epochs: 1, batchSize: 32 };
  const started = await live.client.runs.start({ projectId, settings: all });
  expect(await live.settled(started.jobId)).toMatchObject({ status: 'done', error: null });
  const { bestValAccuracy, epoch } = await live.client.runs.get({ projectId, runId: started.run.id });
  expect(epoch).toBe(1);
  expect(bestValAccuracy).not.toBeNull();
}, 180_000);
