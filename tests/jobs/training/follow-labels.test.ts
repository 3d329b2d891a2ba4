import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunEvent, TrainSettings } from '../../../app/contract/index.ts';
import { readCheckpoint } from '../../../app/jobs/checkpoint.ts';
import { checkpointFile } from '../../../app/storage/files.ts';
import { LiveServices, quick } from './live-services.ts';

let live: LiveServices;
let project: { id: string; path: string };
let projectId: string;
beforeEach(async () => {
  live = new LiveServices('web');
  project = await live.project();
  projectId = project.id;
});
afterEach(() => live[Symbol.asyncDispose]());

const following: TrainSettings = { ...quick, epochs: 60, followLabels: true, checkpointSeconds: 0.1 };
const start = (settings = following) => live.client.runs.start({ projectId, settings });
const events = (runId: string) => live.client.runs.events({ projectId, runId });
const kindsOf = (all: readonly RunEvent[]) => all.map(({ kind }) => kind);
const paused = async (jobId: string): Promise<void> => {
  while ((await live.client.jobs.get({ jobId })).status !== 'paused') {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
const idsOf = (split: 'train' | 'val', count: number) =>
  live.client.dataset
    .imageIds({ projectId, filter: { split } })
    .then((imageIds: number[]) => imageIds.slice(0, count));

/** Gives pictures the other class. */
async function relabel(imageIds: readonly number[]): Promise<void> {
  const classes = await live.client.dataset.classes({ projectId });
  const { images } = await live.client.dataset.images({ projectId, filter: {}, offset: 0, limit: 1000 });
  for (const { id, classId } of images.filter((image) => imageIds.includes(image.id))) {
    const other = classes.find((each) => each.id !== classId)?.id ?? null;
    await live.client.labeling.label({ projectId, imageIds: [id], classId: other });
  }
}

describe('labels that are changed while a run trains', () => {
  test('are taken up at its next epoch, and the run says from which epoch on it has which data', async () => {
    const { run, jobId } = await start();
    await live.inTheMiddle(projectId, run.id, 2);
    const [first = 0, ...rest] = await idsOf('train', 5);
    await relabel(rest);
    await live.client.dataset.exclude({ projectId, imageIds: [first], excluded: true });
    await live.client.dataset.deleteImages({ projectId, imageIds: await idsOf('val', 2) });
    expect(await live.settled(jobId)).toMatchObject({ status: 'done', error: null });

    const all = await events(run.id);
    expect(kindsOf(all)[0]).toBe('started');
    // The changes may have met more than one epoch.
    const taken = all.filter((event) => event.kind === 'labelsTaken');
    const sum = (of: 'relabeled' | 'leftOut') => taken.reduce((total, event) => total + event[of], 0);
    expect([sum('relabeled'), sum('leftOut')]).toEqual([4, 3]);
    for (const { epoch, bestValAccuracy } of taken) {
      expect(epoch).toBeGreaterThanOrEqual(3);
      expect(epoch % 1).toBe(0);
      expect(bestValAccuracy).not.toBeNull();
    }
    const data = await live.client.runs.data({ projectId, runId: run.id });
    expect(data[0]).toEqual({
      fromEpoch: 1,
      toEpoch: taken[0]?.epoch,
      dataHash: run.dataHash,
      changes: null,
    });
    expect(data.slice(1).map(({ fromEpoch, dataHash }) => [fromEpoch - 1, dataHash])).toEqual(
      taken.map(({ epoch, dataHash }) => [epoch, dataHash]),
    );
    expect(data.at(-1)?.toEpoch).toBeNull();
    // What is in force now is what would be frozen now, in another run.
    const next = await start({ ...quick, epochs: 1 });
    expect(data.at(-1)?.dataHash).toBe(next.run.dataHash);
    await live.settled(next.jobId);
  });

  test('stay out of a run that was not told to', async () => {
    const { followLabels: _off, ...settings } = following;
    const { run, jobId } = await start(settings);
    await live.inTheMiddle(projectId, run.id, 2);
    await relabel(await idsOf('train', 3));
    expect((await live.settled(jobId)).status).toBe('done');
    expect(kindsOf(await events(run.id))).toEqual(['started']);
    expect(await live.client.runs.data({ projectId, runId: run.id })).toEqual([
      { fromEpoch: 1, toEpoch: null, dataHash: run.dataHash, changes: null },
    ]);
  });

  test('that leave nothing to learn are refused with a sentence, and the run goes on', async () => {
    const { run, jobId } = await start();
    await live.inTheMiddle(projectId, run.id, 2);
    const imageIds = await live.client.dataset.imageIds({ projectId, filter: { split: 'train' } });
    await live.client.dataset.exclude({ projectId, imageIds, excluded: true });
    expect((await live.settled(jobId)).status).toBe('done');
    const refused = (await events(run.id)).find((event) => event.kind === 'labelsRefused');
    expect(refused?.message).toContain('No picture is in the training split');
    expect(await live.client.runs.data({ projectId, runId: run.id })).toHaveLength(1);
  });
});

test('a run that took labels up is resumed with the same bits, whatever is labeled after it was killed', async () => {
  const end = async (runId: string) => (await live.client.runs.get({ projectId, runId })).weightHash;
  const last = (runId: string) => readCheckpoint(checkpointFile(project.path, runId, 'last'));
  const killed = await start();
  await live.inTheMiddle(projectId, killed.run.id, 2);
  await relabel(await idsOf('train', 20));
  await live.client.dataset.exclude({ projectId, imageIds: await idsOf('val', 3), excluded: true });
  // Into the epoch that learned from them.
  while (!(await events(killed.run.id)).some(({ kind }) => kind === 'labelsTaken')) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  live.trainingWorker.process.kill();
  await live.settled(killed.jobId);
  const recorded = await live.client.runs.data({ projectId, runId: killed.run.id });

  // While it lies there, more labels are changed: they count from the next epoch on, not in the one that was under way.
  const others = await idsOf('train', 40);
  await relabel(others.slice(20));
  const again = await live.client.runs.start({ projectId, settings: following, resume: killed.run.id });
  await live.inTheMiddle(projectId, killed.run.id, (recorded.at(-1)?.fromEpoch ?? 0) + 2);
  await live.client.jobs.pause({ jobId: again.jobId });
  await paused(again.jobId);
  const data = await live.client.runs.data({ projectId, runId: killed.run.id });
  expect(data.slice(0, recorded.length).map(({ fromEpoch, dataHash }) => [fromEpoch, dataHash])).toEqual(
    recorded.map(({ fromEpoch, dataHash }) => [fromEpoch, dataHash]),
  );
  expect((await last(killed.run.id))?.state.data?.dataHash).toBe(data.at(-1)?.dataHash);
  await live.client.jobs.resume({ jobId: again.jobId });
  expect((await live.settled(again.jobId)).status).toBe('done');
  const hash = await end(killed.run.id);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);

  // Its checkpoints gone, it begins anew, and is given the same labels in the same epochs. The best one stays: a run without
  // any is not resumed.
  for (const which of ['last', 'previous'] as const) {
    rmSync(checkpointFile(project.path, killed.run.id, which), { force: true });
  }
  const straight = await live.client.runs.start({ projectId, settings: following, resume: killed.run.id });
  expect((await live.settled(straight.jobId)).status).toBe('done');
  expect(await end(killed.run.id)).toBe(hash);
  const kinds = kindsOf(await events(killed.run.id));
  expect(kinds.filter((kind) => kind === 'interrupted')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'paused')).toHaveLength(1);
  // Each change is told once, though three lives of the run came to it.
  const stretches = await live.client.runs.data({ projectId, runId: killed.run.id });
  expect(kinds.filter((kind) => kind === 'labelsTaken')).toHaveLength(stretches.length - 1);
});
