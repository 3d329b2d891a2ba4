import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EpochMetric, Run, StepMetric, TesseraEvent } from '../../../app/contract/index.ts';
import { encodePng } from '../../../app/formats/images/plain-png.ts';
import { classifierOf } from '../../../app/core/model/classifier.ts';
import { readCheckpoint } from '../../../app/jobs/checkpoint.ts';
import { loadTrainedModel } from '../../../app/jobs/tasks/trained-model.ts';
import { checkpointFile, temperatureFile } from '../../../app/storage/files.ts';
import { failureOf, LiveServices, quick } from './live-services.ts';

/** One run of the default network, looked at from all sides. */
let live: LiveServices;
let project: { id: string; path: string };
let projectId: string;
let run: Run;
const heard: TesseraEvent[] = [];

beforeAll(async () => {
  live = new LiveServices();
  project = await live.project();
  projectId = project.id;
  const events = await live.client.events();
  void (async () => {
    for await (const event of events) heard.push(event);
  })();
  const { client } = live;
  const started = await client.runs.start({ projectId, settings: { ...quick, epochs: 4 } });
  expect(await live.settled(started.jobId)).toMatchObject({ status: 'done', progress: 1, error: null });
  run = await client.runs.get({ projectId, runId: started.run.id });
});
afterAll(() => live[Symbol.asyncDispose]());

test('the run says how it ended', () => {
  expect(run).toMatchObject({
    status: 'done',
    epoch: 4,
    hasCheckpoint: true,
    error: null,
    classes: ['X', 'O'],
  });
  expect(run.bestValAccuracy).toBeGreaterThan(0.8);
  expect(run.testAccuracy).toBeGreaterThan(0.8);
  expect(run.seconds).toBeGreaterThan(0);
  expect(run.imagesPerSecond).toBeGreaterThan(0);
  expect(run.endedAt).toBeGreaterThanOrEqual(run.createdAt);
});

test('the curves have every epoch and all steps, without a gap', async () => {
  const points = await live.client.runs.metrics({ projectId, runId: run.id, after: -1 });
  expect(points.map(({ seq }) => seq)).toEqual(points.map((_, index) => index));
  const epochs = points.filter((point): point is EpochMetric => point.kind === 'epoch');
  expect(epochs.map(({ epoch, step }) => [epoch, step])).toEqual(
    [1, 2, 3, 4].map((epoch) => [epoch, 60 * epoch]),
  );
  const steps = points.filter((point): point is StepMetric => point.kind === 'step');
  expect(steps.at(-1)).toMatchObject({ step: 240, epoch: 4 });
  expect(epochs.at(-1)?.trainLoss).toBeLessThan(epochs[0]?.trainLoss ?? 0);
  const best = Math.max(...epochs.map(({ valAccuracy }) => valAccuracy ?? 0));
  expect(run.bestValAccuracy).toBe(best);
  expect(epochs.find(({ epoch }) => epoch === run.bestEpoch)?.valAccuracy).toBe(best);
});

test('what was announced is what was stored', async () => {
  const announced = () => heard.flatMap((event) => (event.type === 'metrics' ? event.points : []));
  const runs = () => heard.flatMap((event) => (event.type === 'run' ? [event.run] : []));
  // News come in bursts: the last one may still be on its way.
  await expect
    .poll(announced)
    .toEqual(await live.client.runs.metrics({ projectId, runId: run.id, after: -1 }));
  await expect.poll(() => runs().at(-1)).toEqual(run);
});

test('the last and the best network are on the disk, whole', async () => {
  const last = await readCheckpoint(checkpointFile(project.path, run.id, 'last'));
  const best = await readCheckpoint(checkpointFile(project.path, run.id, 'best'));
  expect(last?.state).toMatchObject({ epoch: 4, step: 240, best: { epoch: run.bestEpoch } });
  expect(best?.state.epoch).toBe(run.bestEpoch);
  expect(last?.optimizer).toMatchObject({ kind: 'adam', step: 240 });
  const shapes = Object.entries(last?.parameters ?? {}).map(([name, { shape }]) => [name, ...shape]);
  expect(shapes).toEqual(
    expect.arrayContaining([
      ['conv1.weight', 8, 1, 3, 3],
      ['conv1.bias', 8],
      ['fc1.weight', 2, 8 * 14 * 14],
      ['fc1.bias', 2],
    ]),
  );
  expect(shapes).toHaveLength(4);
  expect(readdirSync(`${project.path}/runs/${run.id}`).toSorted()).toEqual([
    'best.safetensors',
    'last.safetensors',
    'layers.json',
    'plan.json',
    'previous.safetensors',
    'temperature.json',
  ]);
});

test('evaluating the test pictures gives the accuracy that training told', async () => {
  const { client } = live;
  const { jobId } = await client.evaluation.start({ projectId, runId: run.id, split: 'test' });
  expect(await live.settled(jobId)).toMatchObject({ status: 'done' });
  const found = await client.evaluation.get({ projectId, runId: run.id, split: 'test' });
  expect(found).toMatchObject({ images: 60, accuracy: run.testAccuracy, classes: ['X', 'O'] });
  expect(found?.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(60);
  const query = { projectId, runId: run.id, split: 'test', offset: 0, limit: 100 } as const;
  const mistakes = await client.evaluation.images({ ...query, mistakesOnly: true });
  expect(mistakes.total).toBe(60 - Math.round(60 * (run.testAccuracy ?? 0)));
  const all = await client.evaluation.images({ ...query, mistakesOnly: false });
  const losses = all.images.map(({ loss }) => loss);
  expect(losses).toEqual(losses.toSorted((a, b) => b - a));
});

test('predicting pictures of the project gives what evaluating them said', async () => {
  const { client } = live;
  const query = {
    projectId,
    runId: run.id,
    split: 'test',
    mistakesOnly: false,
    offset: 0,
    limit: 60,
  } as const;
  const { images } = await client.evaluation.images(query);
  const imageIds = images.map(({ imageId }) => imageId);
  const answers = await client.predictions.predict({ projectId, runId: run.id, pictures: { imageIds } });
  expect(answers.map(({ input }) => input)).toEqual(images.map(({ name }) => name));
  answers.forEach(({ label, confidence, scores }, index) => {
    expect(label).toBe(run.classes[images[index]?.predicted ?? -1]);
    expect(confidence).toBeCloseTo(images[index]?.confidence ?? -1, 6);
    expect(scores.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 9);
  });
});

test('the run can be renamed, and removed with its folder', async () => {
  const { client } = live;
  const { run: other, jobId } = await client.runs.start({ projectId, settings: { ...quick, epochs: 1 } });
  await live.settled(jobId);
  expect(await client.runs.rename({ projectId, runId: other.id, name: 'the short one' })).toMatchObject({
    id: other.id,
    name: 'the short one',
    status: 'done',
  });
  await client.runs.remove({ projectId, runId: other.id });
  expect(existsSync(`${project.path}/runs/${other.id}`)).toBe(false);
  expect((await failureOf(client.runs.get({ projectId, runId: other.id }))).code).toBe('runNotFound');
  expect(existsSync(`${project.path}/runs/${run.id}/best.safetensors`)).toBe(true);
});

test('a folder of pictures becomes a table: answers, and why a file has none', async () => {
  const folder = join(live.home, 'to sort');
  mkdirSync(join(folder, 'more, of them'), { recursive: true });
  const cross = Uint8Array.from({ length: 784 }, (_, at) =>
    Math.abs((at % 28) - Math.floor(at / 28)) < 2 ? 255 : 0,
  );
  const png = encodePng(cross, { width: 28, height: 28, channels: 1 });
  for (const name of ['a 10.png', 'a 9.png', 'more, of them/-x.png']) writeFileSync(join(folder, name), png);
  writeFileSync(join(folder, 'broken.png'), 'no picture');
  writeFileSync(join(folder, 'notes.txt'), 'no picture');
  writeFileSync(join(folder, '.hidden.png'), png);

  const { client } = live;
  const out = join(live.home, 'answers.csv');
  const { jobId } = await client.predictions.startFolder({
    projectId,
    runId: run.id,
    source: { paths: [folder] },
    format: 'csv',
    out,
  });
  const { status, result } = await live.settled(jobId);
  expect({ status, result }).toMatchObject({
    status: 'done',
    result: { kind: 'predictFolder', images: 3, path: out },
  });
  const [header, ...rows] = parse(readFileSync(out)) as string[][];
  expect(header).toEqual(['file', 'label', 'confidence', 'X', 'O', 'problem']);
  expect(rows.map(([file]) => file)).toEqual(['a 9.png', 'a 10.png', 'broken.png', 'more, of them/-x.png']);
  const answers = rows.filter(([file]) => file !== 'broken.png');
  for (const [, label, confidence, x, o, problem] of answers) {
    expect(['X', 'O']).toContain(label);
    expect(Number(confidence)).toBe(Math.max(Number(x), Number(o)));
    expect(Number(x) + Number(o)).toBeCloseTo(1, 5);
    expect(problem).toBe('');
  }
  const broken = rows.find(([file]) => file === 'broken.png');
  expect(broken?.slice(1, 5)).toEqual(['', '', '', '']);
  expect(broken?.[5]).toContain('broken.png is not a picture that Tessera can read');
});

test('what answers is as sure as the validation pictures allow, and learns on as it was', async () => {
  const best = await readCheckpoint(checkpointFile(project.path, run.id, 'best'));
  if (best === null) throw new Error('there is no best checkpoint');
  const { step, temperature } = JSON.parse(readFileSync(temperatureFile(project.path, run.id), 'utf8')) as {
    step: number;
    temperature: number;
  };
  expect(step).toBe(best.state.step);
  const model = await loadTrainedModel(project.path, run.id);
  expect(model.temperature).toBe(temperature);
  const { id } = classifierOf(model.plan.graph);
  for (const [name, { data }] of Object.entries(best.parameters)) {
    const divisor = name.startsWith(`${id}.`) ? temperature : 1;
    expect(model.tensors[name]?.data).toEqual(data.map((value) => value / divisor));
  }
  const { jobId } = await live.client.evaluation.start({ projectId, runId: run.id, split: 'val' });
  await live.settled(jobId);
  const evaluation = await live.client.evaluation.get({ projectId, runId: run.id, split: 'val' });
  expect(evaluation?.temperature).toBe(temperature);
  expect(evaluation?.accuracy).toBeCloseTo(run.bestValAccuracy ?? 0, 9);

  // Of another checkpoint than the best one it says nothing.
  writeFileSync(
    temperatureFile(project.path, run.id),
    JSON.stringify({ version: 1, step: step + 1, temperature }),
  );
  expect((await loadTrainedModel(project.path, run.id)).tensors).toEqual(best.parameters);
});
