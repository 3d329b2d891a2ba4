import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  forecastAgainst,
  type Metric,
  type Speeds,
  type TesseraEvent,
  type TrainSettings,
} from '../../app/contract/index.ts';
import { codeOf, Harness, settings, step } from './harness.ts';
import { forever } from './scripted-runner.ts';

let harness: Harness;
beforeEach(() => {
  harness = new Harness();
});
afterEach(() => harness[Symbol.asyncDispose]());

const epoch = (seq: number, number: number, valAccuracy: number | null): Metric => ({
  kind: 'epoch',
  seq,
  step: seq,
  epoch: number,
  time: number,
  trainLoss: 0.5,
  trainAccuracy: 0.8,
  valLoss: valAccuracy === null ? null : 0.6,
  valAccuracy,
  imagesPerSecond: 321,
});

const waitFor = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('a training run', () => {
  test('is frozen, queued, runs and is done, each step stored before it is announced', async () => {
    const projectId = await harness.filledProject();
    const heard = await harness.listen();
    harness.runner.on('train', ({ listener }) => {
      listener.onMetrics?.([step(1), epoch(2, 1, 0.7)]);
      listener.onCheckpoint?.(1, true);
      listener.onMetrics?.([step(3), epoch(4, 2, 0.6)]);
      return { bestEpoch: 1, bestValAccuracy: 0.7, testAccuracy: 0.65, seconds: 12, weightHash: 'ab' };
    });
    const { run, jobId } = await harness.client.runs.start({ projectId, settings });
    expect(run).toMatchObject({ status: 'queued', model: 'small-cnn', classes: ['cat', 'dog'], epoch: 0 });
    expect(run.name).toMatch(/^[a-z]+-[a-z]+-1$/);
    expect(run.id).toMatch(/^\d{8}-\d{6}-[0-9a-f]{6}$/);

    expect(await harness.settled(jobId)).toMatchObject({
      status: 'done',
      result: { kind: 'train', runId: run.id },
    });
    const done = await harness.client.runs.get({ projectId, runId: run.id });
    expect(done).toMatchObject({
      status: 'done',
      epoch: 2,
      bestEpoch: 1,
      bestValAccuracy: 0.7,
      testAccuracy: 0.65,
      seconds: 12,
      imagesPerSecond: 321,
      hasCheckpoint: true,
    });
    const points = await harness.client.runs.metrics({ projectId, runId: run.id, after: 2 });
    expect(points.map(({ seq }) => seq)).toEqual([3, 4]);
    expect(heard.some(({ type }) => type === 'run')).toBe(true);
  });

  test('of too few pictures is refused and leaves no run', async () => {
    const projectId = await harness.project();
    expect(await codeOf(harness.client.runs.start({ projectId, settings }))).toBe('tooFewPictures');
    expect(await harness.client.runs.list({ projectId })).toEqual([]);
  });

  test('with a network that does not fit is refused and leaves no run', async () => {
    const projectId = await harness.filledProject();
    const pool = { kind: 'max', window: 8, stride: 8 } as const;
    const conv = { kind: 'conv', filters: 4, kernel: 3, stride: 1, activation: 'relu', pool } as const;
    const model = { kind: 'blocks' as const, blocks: [conv, conv, conv] };
    const start = harness.client.runs.start({ projectId, settings: { ...settings, model } });
    expect(await codeOf(start)).toBe('graphInvalid');
    expect(await harness.client.runs.list({ projectId })).toEqual([]);
  });

  test('is cancelled by its job', async () => {
    const projectId = await harness.filledProject();
    harness.runner.on('train', forever);
    const { run, jobId } = await harness.client.runs.start({ projectId, settings });
    await harness.client.jobs.cancel({ jobId });
    expect(await harness.settled(jobId)).toMatchObject({ status: 'cancelled', error: null });
    expect(await harness.client.runs.get({ projectId, runId: run.id })).toMatchObject({
      status: 'cancelled',
      error: null,
    });
  });

  test('is stopped when the worker dies, keeps its checkpoint, and can be resumed by its own plan', async () => {
    const projectId = await harness.filledProject();
    harness.runner.on('train', ({ listener }) => {
      listener.onCheckpoint?.(1, false);
      return forever();
    });
    const { run, jobId } = await harness.client.runs.start({ projectId, settings });
    const { client } = harness;
    await waitFor(async () => (await client.runs.get({ projectId, runId: run.id })).hasCheckpoint);
    expect(await codeOf(client.runs.start({ projectId, settings, resume: run.id }))).toBe('runActive');
    expect(await codeOf(client.runs.remove({ projectId, runId: run.id }))).toBe('runActive');

    harness.runner.die();
    expect(await harness.settled(jobId)).toMatchObject({
      status: 'failed',
      error: { code: 'workerStopped' },
    });
    expect(await client.runs.get({ projectId, runId: run.id })).toMatchObject({
      status: 'stopped',
      hasCheckpoint: true,
    });

    harness.runner.on('train', () => ({
      bestEpoch: 2,
      bestValAccuracy: null,
      testAccuracy: null,
      weightHash: 'ab',
      seconds: 1,
    }));
    const resumed = await client.runs.start({
      projectId,
      settings: { ...settings, epochs: 9 },
      resume: run.id,
    });
    expect(resumed.run).toMatchObject({ id: run.id, settings: { epochs: 2 } });
    await harness.settled(resumed.jobId);
    expect(harness.runner.tasks.at(-1)).toMatchObject({ kind: 'train', runId: run.id, resume: true });
    expect((await client.runs.get({ projectId, runId: run.id })).status).toBe('done');
  });

  test('is stopped when Tessera ends while it trains', async () => {
    const projectId = await harness.filledProject();
    harness.runner.on('train', forever);
    const { run } = await harness.client.runs.start({ projectId, settings });
    await harness.restart();
    await harness.client.projects.get({ projectId });
    expect((await harness.client.runs.get({ projectId, runId: run.id })).status).toBe('stopped');
  });

  test('without a checkpoint cannot be resumed or asked', async () => {
    const projectId = await harness.filledProject();
    harness.runner.on('train', forever);
    const { run, jobId } = await harness.client.runs.start({ projectId, settings });
    await harness.client.jobs.cancel({ jobId });
    await harness.settled(jobId);
    const { client } = harness;
    const wanted = 'runHasNoCheckpoint';
    expect(await codeOf(client.runs.start({ projectId, settings, resume: run.id }))).toBe(wanted);
    expect(await codeOf(client.evaluation.start({ projectId, runId: run.id, split: 'test' }))).toBe(wanted);
    expect(await codeOf(client.exports.start({ projectId, runId: run.id, format: 'onnx' }))).toBe(wanted);
  });

  test('counts on in its name, and can be renamed', async () => {
    const { projectId, runId } = await harness.trainedProject();
    await harness.client.runs.rename({ projectId, runId, name: 'my-run-41' });
    const { run, jobId } = await harness.client.runs.start({ projectId, settings });
    await harness.settled(jobId);
    expect(run.name).toMatch(/-42$/);
  });
});

test('metrics reach a screen at most ten times a second, all of them', async () => {
  const projectId = await harness.filledProject();
  const heard = await harness.listen();
  harness.runner.on('train', async ({ listener }) => {
    for (let seq = 1; seq <= 200; seq++) {
      listener.onMetrics?.([step(seq)]);
      if (seq % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { bestEpoch: 0, bestValAccuracy: null, testAccuracy: null, seconds: 1, weightHash: 'ab' };
  });
  const begun = performance.now();
  const { jobId } = await harness.client.runs.start({ projectId, settings });
  await harness.settled(jobId);
  const seconds = (performance.now() - begun) / 1000;
  const isMetrics = (event: TesseraEvent) => event.type === 'metrics';
  await waitFor(() => heard.filter(isMetrics).flatMap(({ points }) => points).length === 200);
  const updates = heard.filter(isMetrics);
  expect(updates.length).toBeLessThanOrEqual(Math.ceil(seconds * 10) + 2);
  expect(updates.flatMap(({ points }) => points.map(({ seq }) => seq))).toEqual(
    Array.from({ length: 200 }, (_, index) => index + 1),
  );
});

const speeds = {
  ...{ convolution3: [[16, 1e9]], convolution1: [[16, 1e9]], convolutionOther: [[16, 1e9]] },
  ...{ first: 1e9, depthwise: 1e-9, denseWeight: 1e-9, denseProduct: 1e-10, norm: 1e-9, pool: 1e-9 },
  ...{ lrn: 1e-9, join: 1e-9, step: 1e-4, forwardShare: 0.3, disk: 1e9 },
  ...{ look: 1e-9, networks: [], convolutionWeight: 1e-9 },
} as Speeds;

test('a run keeps what was predicted at its start, and is held to it when it is done', async () => {
  const projectId = await harness.filledProject();
  const start = () => harness.client.runs.start({ projectId, settings });
  harness.runner.on('train', ({ listener }) => {
    listener.onMetrics?.([{ ...epoch(1, 2, 0.7), memory: 2e8 }]);
    return { bestEpoch: 2, bestValAccuracy: 0.7, testAccuracy: null, seconds: 12, weightHash: 'ab' };
  });
  const unmeasured = await start();
  await harness.settled(unmeasured.jobId);
  expect(unmeasured.run.forecast).toBeUndefined();
  expect(forecastAgainst(await harness.client.runs.get({ projectId, runId: unmeasured.run.id }))).toBeNull();

  harness.runner.on('benchmark', () => ({ speeds }));
  const { jobId } = await harness.client.models.startBenchmark({ projectId, threads: settings.threads });
  await harness.settled(jobId);
  const measured = await start();
  const told = (await harness.client.models.fits({ projectId, settings }))?.chosen;
  expect(measured.run.forecast).toEqual(told);
  await harness.settled(measured.jobId);
  const done = await harness.client.runs.get({ projectId, runId: measured.run.id });
  expect(done.memoryBytes).toBe(2e8);
  const predicted = told?.seconds ?? 0;
  expect(forecastAgainst(done)).toEqual({ predicted, took: 12, offBy: 12 / predicted - 1 });
  // Of one that ended early only the epochs that it made count.
  expect(forecastAgainst({ ...done, epoch: 1 })?.predicted).toBe(told?.secondsPerEpoch);
  expect(forecastAgainst({ ...done, status: 'failed' })).toBeNull();
});

describe('what a run learned from', () => {
  test('has the name that it was frozen under, its pictures and classes, and is compared with now', async () => {
    const { projectId, runId } = await harness.trainedProject();
    const { client } = harness;
    const run = await client.runs.get({ projectId, runId });
    expect(await client.runs.dataVersion({ projectId, runId })).toMatchObject({
      hash: run.dataHash,
      versions: [],
    });
    const { id } = await client.dataset.saveVersion({ projectId, name: 'first' });
    const { versions, train, val, test, classes } = await client.runs.dataVersion({ projectId, runId });
    expect(versions).toEqual([{ id, name: 'first' }]);
    expect(train + val + test).toBe(20);
    expect(classes).toEqual([
      { name: 'cat', pictures: 10 },
      { name: 'dog', pictures: 10 },
    ]);
    const same = await client.runs.compareData({ projectId, runId });
    expect(Object.values(same).map(({ count }) => count)).toEqual([0, 0, 0, 0]);
    const [cat, dog] = await client.dataset.classes({ projectId });
    const [first = 0] = await client.dataset.imageIds({
      projectId,
      filter: { classId: cat?.id, split: 'train' },
    });
    await client.labeling.label({ projectId, imageIds: [first], classId: dog?.id ?? 0 });
    expect((await client.runs.compareData({ projectId, runId })).relabeled.imageIds).toEqual([first]);
    // A locked test set is none of what a run knows: its pictures have neither come nor gone.
    await client.dataset.lockTest({ projectId, locked: true });
    expect((await client.runs.compareData({ projectId, runId })).removed.count).toBe(0);
  });
});

describe('checkpoints of a run', () => {
  test('are removed by a person, and the run stays', async () => {
    const { projectId, runId } = await harness.trainedProject();
    const { client } = harness;
    const heard = await harness.listen();
    expect(await client.runs.removeCheckpoints({ projectId, runId, which: 'spare' })).toMatchObject({
      hasCheckpoint: true,
    });
    const run = await client.runs.removeCheckpoints({ projectId, runId, which: 'all' });
    expect(run).toMatchObject({ status: 'done', hasCheckpoint: false });
    expect(await client.runs.get({ projectId, runId })).toEqual(run);
    await waitFor(() => heard.some((event) => event.type === 'run' && !event.run.hasCheckpoint));
    const asked = client.predictions.predict({ projectId, runId, pictures: { imageIds: [1] } });
    expect(await codeOf(asked)).toBe('runHasNoCheckpoint');
  });

  test('stay while it trains', async () => {
    const projectId = await harness.filledProject();
    harness.runner.on('train', forever);
    const { run } = await harness.client.runs.start({ projectId, settings });
    for (const which of ['spare', 'all'] as const) {
      const asked = harness.client.runs.removeCheckpoints({ projectId, runId: run.id, which });
      expect(await codeOf(asked)).toBe('runActive');
    }
  });
});

test('settings that were rehearsed are foretold by that, until the computer is measured anew', async () => {
  const projectId = await harness.filledProject();
  harness.runner.on('benchmark', () => ({ speeds }));
  const rehearse = () => harness.client.models.startRehearsal({ projectId, settings });
  // Without the benchmark there is nothing to hold it to.
  expect(await rehearse()).toEqual({ jobId: null });
  const measure = () => harness.client.models.startBenchmark({ projectId, threads: settings.threads });
  await harness.settled((await measure()).jobId);
  const fits = () => harness.client.models.fits({ projectId, settings });
  const added = (await fits())?.chosen;
  expect(added?.isRehearsed).toBeUndefined();
  expect(added?.readingSeconds).toBeUndefined();

  harness.runner.on('rehearse', ({ task }) => {
    expect(task.samples.length).toBeGreaterThan(0);
    expect(task.plan.settings).toMatchObject({ epochs: 2, batchSize: settings.batchSize });
    return { step: 1, forward: 0.5, look: 0, save: 0, decode: 0.25, memoryBytes: 5e8, checkpointBytes: 7 };
  });
  const { jobId } = await rehearse();
  expect(await harness.settled(jobId ?? '')).toMatchObject({ status: 'done', result: { kind: 'rehearse' } });
  const told = await fits();
  const { train, val, test: tested } = await harness.client.dataset.summary({ projectId });
  const epoch = train / Math.min(settings.batchSize, train) + 0.5 * val;
  expect(told?.chosen?.secondsPerEpoch).toBeCloseTo(epoch);
  expect(told?.chosen?.readingSeconds).toBeCloseTo((train + val + tested) / 4);
  expect(told?.chosen?.isRehearsed).toBe(true);
  const row = told?.rows.find(({ model, imageSize }) => model === 'small-cnn' && imageSize === 28);
  expect(row?.isRehearsed).toBe(true);
  // Another batch is another step; another learning rate is not.
  const chosenFor = async (change: Partial<TrainSettings>) =>
    (await harness.client.models.fits({ projectId, settings: { ...settings, ...change } }))?.chosen;
  expect((await chosenFor({ batchSize: 7 }))?.isRehearsed).toBeUndefined();
  expect((await chosenFor({ learningRate: 0.5, seed: 9 }))?.isRehearsed).toBe(true);
  await harness.settled((await measure()).jobId);
  expect((await fits())?.chosen).toEqual(added);
});

test('a training that begins ends a rehearsal', async () => {
  const projectId = await harness.filledProject();
  harness.runner.on('benchmark', () => ({ speeds }));
  const measured = await harness.client.models.startBenchmark({ projectId, threads: settings.threads });
  await harness.settled(measured.jobId);
  harness.runner.on('rehearse', forever);
  harness.runner.on('train', () => ({
    ...{ bestEpoch: 1, bestValAccuracy: null, testAccuracy: null, seconds: 1, weightHash: 'ab' },
  }));
  const rehearsal = await harness.client.models.startRehearsal({ projectId, settings });
  const { jobId } = await harness.client.runs.start({ projectId, settings });
  expect(await harness.settled(jobId)).toMatchObject({ status: 'done' });
  expect(await harness.settled(rehearsal.jobId ?? '')).toMatchObject({ status: 'cancelled', error: null });
});

test('nothing is rehearsed beside other work', async () => {
  const projectId = await harness.filledProject();
  harness.runner.on('benchmark', () => ({ speeds }));
  const measured = await harness.client.models.startBenchmark({ projectId, threads: settings.threads });
  await harness.settled(measured.jobId);
  const ended = Promise.withResolvers<null>();
  harness.runner.on('train', async () => {
    await ended.promise;
    return { bestEpoch: 1, bestValAccuracy: null, testAccuracy: null, seconds: 1, weightHash: 'ab' };
  });
  const { jobId } = await harness.client.runs.start({ projectId, settings });
  expect(await harness.client.models.startRehearsal({ projectId, settings })).toEqual({ jobId: null });
  ended.resolve(null);
  await harness.settled(jobId);
});
