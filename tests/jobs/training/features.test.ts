import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { augmentationPresets, type EpochMetric, type TrainSettings } from '../../../app/contract/index.ts';
import { readPlainPng } from '../../../app/formats/images/plain-png.ts';
import { readCheckpoint } from '../../../app/jobs/checkpoint.ts';
import { checkpointFile } from '../../../app/storage/files.ts';
import { failureOf, LiveServices, quick } from './live-services.ts';

let live: LiveServices;
let project: { id: string; path: string };
let projectId: string;
beforeAll(async () => {
  live = new LiveServices();
  project = await live.project();
  projectId = project.id;
});
afterAll(() => live[Symbol.asyncDispose]());

async function train(change: Partial<TrainSettings>) {
  const started = await live.client.runs.start({ projectId, settings: { ...quick, ...change } });
  const job = await live.settled(started.jobId);
  const run = await live.client.runs.get({ projectId, runId: started.run.id });
  const points = await live.client.runs.metrics({ projectId, runId: run.id, after: -1 });
  const epochs = points.filter((point): point is EpochMetric => point.kind === 'epoch');
  return { job, run, points, epochs };
}
const last = (runId: string) => readCheckpoint(checkpointFile(project.path, runId, 'last'));

test('two runs of equal plans have the same weight hash, another seed another one', async () => {
  const [a, b, c] = [
    await train({ epochs: 1 }),
    await train({ epochs: 1, checkpointSeconds: 0.1 }),
    await train({ epochs: 1, seed: 9 }),
  ];
  expect(a.run.weightHash).toMatch(/^[0-9a-f]{64}$/);
  expect(b.run.weightHash).toBe(a.run.weightHash);
  expect(c.run.weightHash).not.toBe(a.run.weightHash);
});

test('the curves tell the learning rate, the norm of the gradients, memory and the wait for pictures', async () => {
  const { points, epochs } = await train({ epochs: 2, schedule: { kind: 'step', every: 1, factor: 0.1 } });
  expect(epochs.map(({ learningRate }) => learningRate)).toEqual([0.002, 0.002 * 0.1]);
  const steps = points.filter((point) => point.kind === 'step');
  expect(steps.some(({ gradientNorm }) => (gradientNorm ?? 0) > 0)).toBe(true);
  for (const { memory, dataWait } of points) {
    expect(memory).toBeGreaterThan(1e6);
    // Without augmentation pictures are normalised where they lie.
    expect(dataWait).toBe(0);
  }
});

test('stopping early ends the run as done', async () => {
  const { job, run, epochs } = await train({
    epochs: 40,
    optimizer: 'sgd',
    learningRate: 1e-30,
    schedule: { kind: 'constant' },
    earlyStopping: { patience: 2 },
  });
  expect(job.status).toBe('done');
  expect(run.status).toBe('done');
  expect(epochs.length).toBeLessThan(40);
  expect(epochs.length - (run.bestEpoch ?? 0)).toBe(2);
});

test('frozen layers keep their first numbers; the checkpoints of every second epoch are kept, with their sizes', async () => {
  const { run } = await train({ epochs: 4, frozen: ['conv1'], keepEvery: 2 });
  const one = await train({ epochs: 1, frozen: ['conv1'] });
  const weights = (await last(run.id))?.parameters;
  expect(weights?.['conv1.weight']).toEqual((await last(one.run.id))?.parameters['conv1.weight']);
  const kept = await live.client.runs.checkpoints({ projectId, runId: run.id });
  expect(kept.map(({ which, epoch }) => `${which} ${epoch}`).toSorted()).toEqual([
    'best null',
    'epoch 2',
    'epoch 4',
    'last null',
    'previous null',
  ]);
  for (const { bytes } of kept) expect(bytes).toBeGreaterThan(1000);
  const second = await readCheckpoint(checkpointFile(project.path, run.id, 2));
  expect(second?.state.epoch).toBe(2);
});

test('balanced sampling trains', async () => {
  const { job, epochs } = await train({ epochs: 2, sampling: 'balanced' });
  expect(job.status).toBe('done');
  expect(epochs.at(-1)?.trainLoss).toBeLessThan(epochs[0]?.trainLoss ?? 0);
});

describe('a run that begins with another one', () => {
  test('goes on from its weights, also when that one is gone', async () => {
    const first = await train({ epochs: 3 });
    const start = { runId: first.run.id, which: 'best' } as const;
    const next = await train({ epochs: 1, learningRate: 1e-9, start });
    expect(next.job).toMatchObject({ status: 'done', error: null });
    const [a, b] = [await last(first.run.id), await last(next.run.id)];
    const difference = Math.max(
      ...(b?.parameters['conv1.weight']?.data ?? []).map((value, at) =>
        Math.abs(value - (a?.parameters['conv1.weight']?.data[at] ?? 0)),
      ),
    );
    expect(difference).toBeLessThan(0.05);
    expect(next.epochs[0]?.trainLoss).toBeLessThan(first.epochs[0]?.trainLoss ?? 0);
    await live.client.runs.remove({ projectId, runId: first.run.id });
    expect(existsSync(checkpointFile(project.path, next.run.id, 'start'))).toBe(true);
  });

  test('is refused where that one has no checkpoint, is of another network or not there', async () => {
    const first = await train({ epochs: 1 });
    const start = { runId: first.run.id, which: 'best' } as const;
    const other = await train({ start, model: { kind: 'blocks', blocks: [] } });
    expect(other.job.error).toMatchObject({ code: 'invalidInput' });
    expect(other.job.error?.message).toContain('no layer of the same name and shape');
    expect((await failureOf(train({ start: { runId: first.run.id, which: 7 } }))).code).toBe(
      'runHasNoCheckpoint',
    );
    expect((await failureOf(train({ start: { runId: 'gone', which: 'last' } }))).code).toBe('runNotFound');
    rmSync(checkpointFile(project.path, first.run.id, 'best'));
    expect((await failureOf(train({ start }))).code).toBe('runHasNoCheckpoint');
  });
});

test('the search for a learning rate suggests one by which the network learns, and keeps no run', async () => {
  const before = (await live.client.runs.list({ projectId })).length;
  const settings: TrainSettings = { ...quick, optimizer: 'sgd', augment: augmentationPresets.drawings };
  const { jobId } = await live.client.runs.startRateSearch({ projectId, settings });
  const { status, result } = await live.settled(jobId);
  expect(status).toBe('done');
  if (result?.kind !== 'findRate') throw new Error('it found nothing');
  const rates = result.points.map(({ rate }) => rate);
  expect(rates.length).toBeGreaterThan(20);
  expect(rates).toEqual(rates.toSorted((a, b) => a - b));
  expect(result.suggested).toBeGreaterThan(1e-4);
  expect(result.suggested).toBeLessThan(1);
  expect(await live.client.runs.list({ projectId })).toHaveLength(before);
  const { run } = await train({ ...settings, learningRate: result.suggested ?? 0, augment: {} });
  expect(run.bestValAccuracy).toBeGreaterThan(0.7);
  const head = live.client.runs.startRateSearch({ projectId, settings: { ...quick, pretrained: 'head' } });
  expect((await failureOf(head)).code).toBe('invalidInput');
});

test('photographs are decoded while the first epoch learns, and give the same weights as from the cache', async () => {
  const settings: Partial<TrainSettings> = {
    model: {
      kind: 'blocks',
      blocks: [{ kind: 'conv', filters: 4, kernel: 5, stride: 4, activation: 'relu', pool: null }],
    },
    // 28,224 bytes of grey: as many as a small photograph has.
    imageSize: 168,
    epochs: 2,
    batchSize: 32,
    augment: { flip: 0.5, crop: 0.1 },
    sampling: 'balanced',
  };
  const folder = join(project.path, 'cache', 'pixels');
  const before = readdirSync(folder).length;
  const first = await train(settings);
  expect(first.job).toMatchObject({ status: 'done', error: null });
  expect(readdirSync(folder)).toHaveLength(before + 1);
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  const again = await train(settings);
  expect(again.run.weightHash).toBe(first.run.weightHash);
  expect(again.run.testAccuracy).toBe(first.run.testAccuracy);
});

test('what goes on in the layers is kept after each epoch', async () => {
  const { run } = await train({ epochs: 3 });
  const points = await live.client.runs.layers({ projectId, runId: run.id });
  expect(points.map(({ epoch, step }) => [epoch, step])).toEqual(
    [1, 2, 3].map((epoch) => [epoch, 60 * epoch]),
  );
  const [conv, relu] = ['conv2d', 'relu'].map((op) => points[2]?.layers.find((layer) => layer.op === op));
  const sum = (counts: readonly number[] = []) => counts.reduce((total, count) => total + count, 0);
  expect(sum(conv?.weights?.counts)).toBe(8 * 1 * 3 * 3);
  expect(sum(conv?.gradients?.counts)).toBe(8 * 1 * 3 * 3);
  expect((conv?.gradients?.max ?? 0) - (conv?.gradients?.min ?? 0)).toBeGreaterThan(0);
  expect(relu).toMatchObject({ weights: null, gradients: null, saturated: null });
  expect(relu?.activations.min).toBe(0);
  expect(relu?.dead).toBeGreaterThanOrEqual(0);
  expect(relu?.dead).toBeLessThan(1);
  expect(points[0]?.layers[0]?.weights).not.toEqual(points[2]?.layers[0]?.weights);
  // Weights as they are on the disk.
  const weights = (await last(run.id))?.parameters[`${conv?.id}.weight`]?.data ?? [];
  expect(conv?.weights?.max).toBe(Math.max(...weights));
});

describe('augmentation', () => {
  test('changes what is learned, the same in every run of the seed, and not what validates', async () => {
    const augment = augmentationPresets.drawings;
    const [plain, one, other] = [
      await train({ epochs: 2 }),
      await train({ epochs: 2, augment }),
      await train({ epochs: 2, augment, threads: 1 }),
    ];
    expect(one.run.weightHash).not.toBe(plain.run.weightHash);
    expect(other.run.weightHash).toBe(one.run.weightHash);
    // Weights that hardly move: what validates is the same to the digit.
    const [still, changed] = [
      await train({ epochs: 1, learningRate: 1e-12 }),
      await train({ epochs: 1, learningRate: 1e-12, augment }),
    ];
    expect(changed.epochs[0]?.valLoss).toBeCloseTo(still.epochs[0]?.valLoss ?? 0, 6);
    expect(changed.epochs[0]?.trainLoss).not.toBeCloseTo(still.epochs[0]?.trainLoss ?? 0, 6);
  });

  test('with mixing trains, and is refused for a fitted head', async () => {
    const { job } = await train({ epochs: 1, augment: { mixup: 0.2, cutmix: 1 } });
    expect(job.status).toBe('done');
    const head = train({ pretrained: 'head', augment: { flip: 0.5 } });
    expect((await failureOf(head)).message).toContain('no steps');
  });

  test('the preview shows pictures as they would be learned', async () => {
    const imageIds = (await live.client.dataset.imageIds({ projectId, filter: { split: 'train' } })).slice(
      0,
      2,
    );
    const ask = (augment: TrainSettings['augment'], seed = 1) =>
      live.client.models.augmentationPreview({
        projectId,
        augment: augment ?? {},
        imageSize: 28,
        seed,
        imageIds,
        epochs: 3,
      });
    const plain = await ask({});
    expect(plain.map(({ imageId, epoch }) => [imageId, epoch])).toEqual(
      [0, 1, 2].flatMap((epoch) => imageIds.map((imageId) => [imageId, epoch])),
    );
    expect(new Set(plain.map(({ url }) => url)).size).toBe(2);
    const png = Buffer.from(plain[0]?.url.split(',')[1] ?? '', 'base64');
    expect(readPlainPng(png)).toMatchObject({ width: 28, height: 28 });

    const strong = await ask(augmentationPresets.strong);
    expect(new Set(strong.map(({ url }) => url)).size).toBe(6);
    expect(await ask(augmentationPresets.strong)).toEqual(strong);
    expect(await ask(augmentationPresets.strong, 2)).not.toEqual(strong);
    expect(strong[0]?.shares?.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 5);
    const some = await live.client.models.augmentationPreview({
      projectId,
      augment: {},
      imageSize: 28,
      seed: 1,
      epochs: 1,
    });
    expect(some).toHaveLength(4);
  });
});
