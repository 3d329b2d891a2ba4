import { afterAll, beforeAll, expect, test } from 'vitest';
import { answeringParameters, readCheckpoint } from '../../../app/jobs/checkpoint.ts';
import { checkpointFile } from '../../../app/storage/files.ts';
import { LiveServices, quick } from './live-services.ts';

/** Everything that a plan may ask of losses and optimisers, in one run. */
let live: LiveServices;
let project: { id: string; path: string };

beforeAll(async () => {
  live = new LiveServices();
  project = await live.project();
});
afterAll(() => live[Symbol.asyncDispose]());

const settings = {
  ...quick,
  optimizer: 'adamw' as const,
  weightDecay: 0.01,
  epochs: 2,
  loss: { kind: 'softmaxCrossEntropy' as const, labelSmoothing: 0.1, classWeights: 'balanced' as const },
  clipNorm: 1,
  averageDecay: 0.95,
  decayWeightsOnly: true,
  rates: { 'conv1.bias': 0, 'fc1.weight': 0.5 },
};

test('a plan asks for smoothing, weights, clipping, an average and rates, and gets them', async () => {
  const { client } = live;
  const started = await client.runs.start({ projectId: project.id, settings });
  expect(await live.settled(started.jobId)).toMatchObject({ status: 'done', error: null });
  const run = await client.runs.get({ projectId: project.id, runId: started.run.id });
  expect(run.settings).toMatchObject(settings);
  expect(run.testAccuracy).toBeGreaterThan(0.7);

  const last = await readCheckpoint(checkpointFile(project.path, run.id, 'last'));
  if (last === null) throw new Error('there is no checkpoint');
  // A rate of 0 left the biases where they began, and smoothing keeps the loss above its own least value.
  expect([...(last.parameters['conv1.bias']?.data ?? [])]).toEqual(new Array<number>(8).fill(0));
  const answering = answeringParameters(last);
  expect(answering['fc1.weight']).toEqual(last.optimizer.tensors['fc1.weight.average']);
  expect(answering['fc1.weight']).not.toEqual(last.parameters['fc1.weight']);
  const least = -(0.95 * Math.log(0.95) + 0.05 * Math.log(0.05));
  expect(last.state.finished?.trainLoss).toBeGreaterThan(least);

  // What evaluates later is what was judged in training: the average.
  const { jobId } = await client.evaluation.start({ projectId: project.id, runId: run.id, split: 'test' });
  expect(await live.settled(jobId)).toMatchObject({ status: 'done' });
  const found = await client.evaluation.get({ projectId: project.id, runId: run.id, split: 'test' });
  expect(found).toMatchObject({ accuracy: run.testAccuracy });
});

test('what is stopped goes on to the same bits, the average included', async () => {
  const { client } = live;
  const projectId = project.id;
  const long = { ...settings, epochs: 12 };
  const straight = await client.runs.start({ projectId, settings: long });
  expect(await live.settled(straight.jobId)).toMatchObject({ status: 'done' });
  const stopped = await client.runs.start({ projectId, settings: long });
  await live.inTheMiddle(projectId, stopped.run.id);
  await client.jobs.cancel({ jobId: stopped.jobId });
  await live.settled(stopped.jobId);
  const resumed = await client.runs.start({ projectId, settings: long, resume: stopped.run.id });
  expect(await live.settled(resumed.jobId)).toMatchObject({ status: 'done' });
  const read = (runId: string) => readCheckpoint(checkpointFile(project.path, runId, 'last'));
  const [one, other] = [await read(straight.run.id), await read(stopped.run.id)];
  expect(other?.parameters).toStrictEqual(one?.parameters);
  expect(other?.optimizer).toStrictEqual(one?.optimizer);
});
