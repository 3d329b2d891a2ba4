import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCheckpoint, type Checkpoint } from '../../../app/jobs/checkpoint.ts';
import { checkpointFile } from '../../../app/storage/files.ts';
import { endless, LiveServices, quick } from './live-services.ts';

let live: LiveServices;
let project: { id: string; path: string };
let projectId: string;
beforeAll(async () => {
  live = new LiveServices();
  project = await live.project();
  projectId = project.id;
});
afterAll(() => live[Symbol.asyncDispose]());

async function lastCheckpoint(runId: string): Promise<Checkpoint> {
  // Killed between the two, a run has no last one; the one before it is what it goes on from.
  const found =
    (await readCheckpoint(checkpointFile(project.path, runId, 'last'))) ??
    (await readCheckpoint(checkpointFile(project.path, runId, 'previous')));
  if (found === null) throw new Error('there is no checkpoint');
  return found;
}

describe('kill -9 of the worker in the middle of an epoch', () => {
  test('leaves the services up, the run stopped and its last checkpoint usable; the queue goes on', async () => {
    const { client } = live;
    const { run, jobId } = await client.runs.start({ projectId, settings: endless });
    const next = await client.runs.start({ projectId, settings: { ...quick, epochs: 1 } });
    await live.inTheMiddle(projectId, run.id, 2);
    const worker = live.trainingWorker;
    worker.process.kill();

    expect(await live.settled(jobId)).toMatchObject({
      status: 'failed',
      error: {
        code: 'workerKilled',
        message: expect.stringContaining('signal SIGKILL), most likely because memory') as string,
      },
    });
    const stopped = await client.runs.get({ projectId, runId: run.id });
    expect(stopped).toMatchObject({ status: 'stopped', hasCheckpoint: true });
    expect(stopped.error).toContain('The last checkpoint is kept');
    expect(stopped.endedAt).not.toBeNull();

    expect(await live.settled(next.jobId)).toMatchObject({ status: 'done' });
    expect(worker.alive).toBe(false);
    expect(live.trainingWorker).not.toBe(worker);
    expect(live.trainingWorker.tasks).toEqual(['train']);

    const evaluating = await client.evaluation.start({ projectId, runId: run.id, split: 'val' });
    expect(await live.settled(evaluating.jobId)).toMatchObject({ status: 'done' });
    expect((await client.evaluation.get({ projectId, runId: run.id, split: 'val' }))?.accuracy).toBe(
      stopped.bestValAccuracy,
    );
    const imageIds = await client.dataset.imageIds({ projectId, filter: { split: 'test' } });
    const pictures = { imageIds: imageIds.slice(0, 3) };
    expect(await client.predictions.predict({ projectId, runId: run.id, pictures })).toHaveLength(3);

    const { epoch } = (await lastCheckpoint(run.id)).state;
    expect(epoch).toBeGreaterThanOrEqual(2);
    const resumed = await client.runs.start({ projectId, settings: endless, resume: run.id });
    await live.inTheMiddle(projectId, run.id, epoch + 1);
    await client.jobs.cancel({ jobId: resumed.jobId });
    await live.settled(resumed.jobId);
    expect((await lastCheckpoint(run.id)).state.epoch).toBeGreaterThan(epoch);
  });

  test('and resuming gives the same bits as a run that was never interrupted', async () => {
    const { client } = live;
    const settings = { ...quick, epochs: 30 };
    const straight = await client.runs.start({ projectId, settings });
    expect((await live.settled(straight.jobId)).status).toBe('done');

    const killed = await client.runs.start({ projectId, settings });
    await live.inTheMiddle(projectId, killed.run.id, 2);
    live.trainingWorker.process.kill();
    expect((await live.settled(killed.jobId)).status).toBe('failed');
    const again = await client.runs.start({ projectId, settings, resume: killed.run.id });
    expect(await live.settled(again.jobId)).toMatchObject({ status: 'done' });

    const one = await lastCheckpoint(straight.run.id);
    const other = await lastCheckpoint(killed.run.id);
    expect(other.parameters).toEqual(one.parameters);
    expect(other.optimizer).toEqual(one.optimizer);
    expect(other.state).toMatchObject({ epoch: 30, step: 1800, best: one.state.best });

    const [a, b] = await Promise.all(
      [straight, killed].map(({ run }) => client.runs.get({ projectId, runId: run.id })),
    );
    const { bestEpoch, bestValAccuracy, testAccuracy } = a ?? {};
    expect(b).toMatchObject({ status: 'done', epoch: 30, bestEpoch, bestValAccuracy, testAccuracy });
    const epochsOf = async (runId: string) =>
      (await client.runs.metrics({ projectId, runId, after: -1 }))
        .filter((point) => point.kind === 'epoch')
        .map(({ epoch, step, trainLoss, trainAccuracy, valLoss, valAccuracy }) => {
          return { epoch, step, trainLoss, trainAccuracy, valLoss, valAccuracy };
        });
    expect(await epochsOf(killed.run.id)).toEqual(await epochsOf(straight.run.id));
  });

  test('another seed gives other bits', async () => {
    const { client } = live;
    const runs = [];
    for (const seed of [1, 2]) {
      const started = await client.runs.start({ projectId, settings: { ...quick, epochs: 1, seed } });
      await live.settled(started.jobId);
      runs.push(await lastCheckpoint(started.run.id));
    }
    expect(runs[1]?.parameters).not.toEqual(runs[0]?.parameters);
  });
});

test('cancelling ends between two steps; the worker stays, and what was learned is kept', async () => {
  const { client } = live;
  const { run, jobId } = await client.runs.start({ projectId, settings: endless });
  await live.inTheMiddle(projectId, run.id);
  await client.jobs.cancel({ jobId });
  expect(await live.settled(jobId)).toMatchObject({ status: 'cancelled', error: null });
  expect(await client.runs.get({ projectId, runId: run.id })).toMatchObject({
    status: 'cancelled',
    error: null,
    hasCheckpoint: true,
  });
  const worker = live.trainingWorker;
  expect(worker.alive).toBe(true);

  const next = await client.runs.start({ projectId, settings: { ...quick, epochs: 1 } });
  expect(await live.settled(next.jobId)).toMatchObject({ status: 'done' });
  // It was not killed and replaced.
  expect(live.trainingWorker).toBe(worker);
});

test('a waiting run that is cancelled never begins', async () => {
  const { client } = live;
  const first = await client.runs.start({ projectId, settings: endless });
  const second = await client.runs.start({ projectId, settings: quick });
  await client.jobs.cancel({ jobId: second.jobId });
  expect(await live.settled(second.jobId)).toMatchObject({ status: 'cancelled' });
  expect(await client.runs.get({ projectId, runId: second.run.id })).toMatchObject({
    status: 'cancelled',
    hasCheckpoint: false,
    epoch: 0,
  });
  await client.jobs.cancel({ jobId: first.jobId });
  await live.settled(first.jobId);
});

test('looking at pictures does not wait for a training, and survives its worker', async () => {
  const { client } = live;
  const trained = await client.runs.start({ projectId, settings: quick });
  await live.settled(trained.jobId);
  const { run, jobId } = await client.runs.start({ projectId, settings: endless });
  await live.inTheMiddle(projectId, run.id);
  const imageIds = await client.dataset.imageIds({ projectId, filter: { split: 'test' } });
  const pictures = { imageIds: imageIds.slice(0, 1) };
  const asked = { projectId, runId: trained.run.id, pictures };
  expect(await client.predictions.predict(asked)).toHaveLength(1);
  expect((await client.jobs.get({ jobId })).status).toBe('running');
  live.trainingWorker.process.kill();
  await live.settled(jobId);
  expect(await client.predictions.predict(asked)).toHaveLength(1);
});
