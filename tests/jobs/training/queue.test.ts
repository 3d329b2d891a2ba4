import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCheckpoint } from '../../../app/jobs/checkpoint.ts';
import { checkpointFile } from '../../../app/storage/files.ts';
import { endless, failureOf, LiveServices, quick } from './live-services.ts';

let live: LiveServices;
let project: { id: string; path: string };
let projectId: string;
beforeEach(async () => {
  live = new LiveServices('web');
  project = await live.project();
  projectId = project.id;
});
afterEach(() => live[Symbol.asyncDispose]());

const start = (settings = quick) => live.client.runs.start({ projectId, settings });
const statusOf = async (jobId: string) => (await live.client.jobs.get({ jobId })).status;
const becomes = async (jobId: string, status: string): Promise<void> => {
  while ((await statusOf(jobId)) !== status) await new Promise((resolve) => setTimeout(resolve, 5));
};
const lastWeights = async (runId: string) =>
  (await readCheckpoint(checkpointFile(project.path, runId, 'last')))?.parameters;

describe('a training that is paused', () => {
  test('gives its lane to the next one within its epoch, and ends with the bits of one that was never paused', async () => {
    const { client } = live;
    const settings = { ...quick, epochs: 120 };
    const straight = await start(settings);
    expect((await live.settled(straight.jobId)).status).toBe('done');

    const { run, jobId } = await start(settings);
    const other = await start({ ...quick, epochs: 1 });
    await live.inTheMiddle(projectId, run.id, 1);
    await client.jobs.pause({ jobId });
    await becomes(jobId, 'paused');
    expect(await client.runs.get({ projectId, runId: run.id })).toMatchObject({
      status: 'paused',
      hasCheckpoint: true,
      error: null,
    });
    expect((await live.settled(other.jobId)).status).toBe('done');
    expect(await statusOf(jobId)).toBe('paused');

    await client.jobs.resume({ jobId });
    expect(await live.settled(jobId)).toMatchObject({ status: 'done', error: null });
    expect(await lastWeights(run.id)).toEqual(await lastWeights(straight.run.id));
    const points = await client.runs.metrics({ projectId, runId: run.id, after: -1 });
    const epochs = points.filter(({ kind }) => kind === 'epoch').map(({ epoch }) => epoch);
    expect(epochs).toEqual(Array.from({ length: 120 }, (_, at) => at + 1));
  });

  test('can be cancelled, and is resumed by its run too', async () => {
    const { client } = live;
    const { run, jobId } = await start(endless);
    await live.inTheMiddle(projectId, run.id, 1);
    await client.jobs.pause({ jobId });
    await becomes(jobId, 'paused');
    expect((await failureOf(client.runs.remove({ projectId, runId: run.id }))).code).toBe('runActive');
    const resumed = await client.runs.start({ projectId, settings: endless, resume: run.id });
    expect(resumed.jobId).toBe(jobId);
    await becomes(jobId, 'running');
    await client.jobs.pause({ jobId });
    await becomes(jobId, 'paused');
    await client.jobs.cancel({ jobId });
    expect((await client.runs.get({ projectId, runId: run.id })).status).toBe('cancelled');
    expect(await client.jobs.waiting({ projectId })).toEqual([]);
  });
});

test('what waits can be put into another order, held, cancelled and done once more', async () => {
  const { client } = live;
  const first = await start(endless);
  const runs = [];
  for (const epochs of [1, 2, 3]) runs.push(await start({ ...quick, epochs }));
  const [a, b, c] = runs.map(({ jobId }) => jobId) as [string, string, string];
  const places = async () => {
    const jobs = await client.jobs.list();
    return [a, b, c].map((jobId) => jobs.find(({ id }) => id === jobId)?.place);
  };
  await becomes(first.jobId, 'running');
  expect(await places()).toEqual([0, 1, 2]);
  await client.jobs.move({ jobId: c, place: 0 });
  expect(await places()).toEqual([1, 2, 0]);
  await client.jobs.pause({ jobId: c });
  await client.jobs.cancel({ jobId: b });
  expect(await places()).toEqual([1, null, 0]);
  expect((await failureOf(client.jobs.move({ jobId: b, place: 0 }))).code).toBe('jobNotWaiting');
  expect((await failureOf(client.jobs.retry({ jobId: a }))).code).toBe('jobNotRepeatable');

  await client.jobs.cancel({ jobId: first.jobId });
  expect((await live.settled(a)).status).toBe('done');
  expect(await statusOf(c)).toBe('paused');
  await client.jobs.retry({ jobId: b });
  expect((await live.settled(b)).status).toBe('done');
  await client.jobs.resume({ jobId: c });
  expect((await live.settled(c)).status).toBe('done');
});

test('what waits survives the end of Tessera, in its order, and is trained when the project is open again', async () => {
  const { client } = live;
  const running = await start(endless);
  const [a, b, c] = [await start({ ...quick, epochs: 1 }), await start(quick), await start(quick)];
  await live.inTheMiddle(projectId, running.run.id);
  await client.jobs.pause({ jobId: b.jobId });
  await client.jobs.move({ jobId: c.jobId, place: 0 });

  await live.restart();
  await live.client.projects.open({ path: project.path });
  expect((await live.client.runs.get({ projectId, runId: running.run.id })).status).toBe('stopped');
  const jobs = (await live.client.jobs.list()).reverse();
  expect(jobs.map(({ runId }) => runId)).toEqual([c, a, b].map(({ run }) => run.id));
  const [again, , held] = jobs.map(({ id }) => id) as [string, string, string];
  for (const { id } of jobs.slice(0, 2)) expect((await live.settled(id)).status).toBe('done');
  expect(await statusOf(held)).toBe('paused');
  expect(again).not.toBe(c.jobId);
  expect((await live.client.jobs.waiting({ projectId })).map(({ id, status }) => [id, status])).toEqual([
    [b.run.id, 'paused'],
  ]);
});

test('predictions and evaluations go on beside a running training', async () => {
  const { client } = live;
  const trained = await start({ ...quick, epochs: 1 });
  await live.settled(trained.jobId);
  const { run, jobId } = await start(endless);
  await live.inTheMiddle(projectId, run.id);
  const evaluating = await client.evaluation.start({ projectId, runId: trained.run.id, split: 'val' });
  expect((await live.settled(evaluating.jobId)).status).toBe('done');
  const imageIds = (await client.dataset.imageIds({ projectId, filter: { split: 'test' } })).slice(0, 3);
  const predicted = await client.predictions.predict({
    projectId,
    runId: trained.run.id,
    pictures: { imageIds },
  });
  expect(predicted).toHaveLength(3);
  expect(await statusOf(jobId)).toBe('running');
});
