import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Block, TrainSettings } from '../../../app/contract/index.ts';
import { encodeCheckpoint, readCheckpoint } from '../../../app/jobs/checkpoint.ts';
import { planHash, readPlan } from '../../../app/jobs/plan-file.ts';
import { checkpointFile, planFile } from '../../../app/storage/files.ts';
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

/** Without an activation that could die, weights that are pushed too far grow past every number. */
const linear: Block[] = [{ kind: 'dense', units: 16, activation: 'none' }];
const soaring: TrainSettings = {
  ...quick,
  model: { kind: 'blocks', blocks: linear },
  optimizer: 'sgd',
  learningRate: 10,
};

async function train(settings: TrainSettings, resume?: string) {
  const { run, jobId } = await live.client.runs.start({
    projectId,
    settings,
    ...(resume !== undefined && { resume }),
  });
  const job = await live.settled(jobId);
  return { job, run: await live.client.runs.get({ projectId, runId: run.id }) };
}

const predictOne = async (runId: string) => {
  const imageIds = (await live.client.dataset.imageIds({ projectId, filter: {} })).slice(0, 1);
  return live.client.predictions.predict({ projectId, runId, pictures: { imageIds } });
};

describe('a learning rate that is far too large', () => {
  test('fails the run with the step, the value and what to do', async () => {
    const { job, run } = await train(soaring);
    expect(job).toMatchObject({ status: 'failed', error: { code: 'lossNotFiniteIn' } });
    expect(run.status).toBe('failed');
    expect(run.error).toMatch(
      /^The loss became (NaN|-?Infinity) at step \d+; layer (dense1|logits|\w+) was the first .* Lower the learning rate/,
    );
    const points = await live.client.runs.metrics({ projectId, runId: run.id, after: -1 });
    for (const point of points) {
      expect(Number.isFinite(point.kind === 'step' ? point.loss : point.trainLoss)).toBe(true);
    }
  });

  test('keeps the last checkpoint from before, which can be used and resumed', async () => {
    const { run } = await train({ ...soaring, learningRate: 1e-4 });
    expect(run.status).toBe('done');
    // The same run with a plan that goes on for longer and with a rate out of bounds.
    const path = checkpointFile(project.path, run.id, 'last');
    const checkpoint = await readCheckpoint(path);
    const plan = await readPlan(project.path, run.id);
    plan.settings = { ...plan.settings, learningRate: 10, epochs: 50 };
    writeFileSync(planFile(project.path, run.id), JSON.stringify(plan));
    if (checkpoint === null) throw new Error('there is no checkpoint');
    const before = encodeCheckpoint({ ...checkpoint, planHash: planHash(plan) });
    writeFileSync(path, before);

    const { job, run: failed } = await train(soaring, run.id);
    expect(job.error?.code).toBe('lossNotFiniteIn');
    expect(failed).toMatchObject({ status: 'failed', hasCheckpoint: true });
    const after = await readCheckpoint(path);
    for (const { data } of Object.values(after?.parameters ?? {})) {
      expect(data.every((value) => Number.isFinite(value))).toBe(true);
    }
    const [answer] = await predictOne(run.id);
    expect(answer?.scores.every(({ score }) => Number.isFinite(score))).toBe(true);
  });
});

describe('a damaged file', () => {
  test('the best network: asking it says which file, and the run stays', async () => {
    const { run } = await train({ ...quick, epochs: 1 });
    const path = checkpointFile(project.path, run.id, 'best');
    truncateSync(path, 1000);
    const error = await failureOf(predictOne(run.id));
    expect(error.code).toBe('fileMalformed');
    expect(error.message).toContain(path);
    const { jobId } = await live.client.evaluation.start({ projectId, runId: run.id, split: 'val' });
    expect((await live.settled(jobId)).error).toMatchObject({ code: 'fileMalformed' });
    expect((await live.client.runs.get({ projectId, runId: run.id })).status).toBe('done');
  });

  test('the last network: resuming says which file', async () => {
    const { run } = await train({ ...quick, epochs: 1 });
    writeFileSync(checkpointFile(project.path, run.id, 'last'), 'not a checkpoint');
    const { job, run: failed } = await train(quick, run.id);
    expect(job.error).toMatchObject({ code: 'fileMalformed' });
    expect(failed).toMatchObject({ status: 'failed', hasCheckpoint: true });
    // The best one is whole, and still answers.
    expect(await predictOne(run.id)).toHaveLength(1);
  });

  test('a checkpoint of another run is not taken for this one’s', async () => {
    const [one, other] = [
      await train({ ...quick, epochs: 1 }),
      await train({ ...quick, epochs: 1, seed: 2 }),
    ];
    const paths = [one, other].map(({ run }) => checkpointFile(project.path, run.id, 'last'));
    writeFileSync(paths[0] ?? '', readFileSync(paths[1] ?? ''));
    const { job } = await train(quick, one.run.id);
    expect(job.error?.message).toContain('it belongs to another plan');
  });

  test('the plan: resuming and asking say which file', async () => {
    const { run } = await train({ ...quick, epochs: 1 });
    writeFileSync(planFile(project.path, run.id), '{"version":1}');
    expect((await train(quick, run.id)).job.error).toMatchObject({ code: 'fileMalformed' });
    expect((await failureOf(predictOne(run.id))).code).toBe('fileMalformed');
  });
});

test('a picture that is gone fails the run that needs it, and says which file', async () => {
  const other = await live.project('Losing pictures');
  rmSync(`${other.path}/images`, { recursive: true });
  const { run, jobId } = await live.client.runs.start({ projectId: other.id, settings: quick });
  const { error } = await live.settled(jobId);
  expect(error?.code).toBe('fileNotFound');
  expect(error?.message).toContain(`${other.path}/images/`);
  const failed = await live.client.runs.get({ projectId: other.id, runId: run.id });
  expect(failed).toMatchObject({ status: 'failed', hasCheckpoint: false, error: error?.message });
});

describe('a disk that takes nothing more', () => {
  test('fails the run where its network cannot be kept, and leaves nothing half-written', async () => {
    const { run, jobId } = await live.client.runs.start({ projectId, settings: quick });
    // A folder cannot be replaced by a file: the last step of the write fails, as it would on a full disk.
    mkdirSync(checkpointFile(project.path, run.id, 'best'));
    expect((await live.settled(jobId)).error).toMatchObject({ code: 'projectNotWritable' });
    expect(await live.client.runs.get({ projectId, runId: run.id })).toMatchObject({
      status: 'failed',
      hasCheckpoint: false,
    });
    expect(readdirSync(dirname(planFile(project.path, run.id))).toSorted()).toEqual([
      'best.safetensors',
      'plan.json',
    ]);
  });

  test('fails the run where its pictures cannot be decoded to', async () => {
    rmSync(`${project.path}/cache/pixels`, { recursive: true });
    writeFileSync(`${project.path}/cache/pixels`, '');
    expect((await train(quick)).job.error).toMatchObject({ code: 'projectNotWritable' });
    rmSync(`${project.path}/cache/pixels`);
    expect((await train({ ...quick, epochs: 1 })).run.status).toBe('done');
  });
});
