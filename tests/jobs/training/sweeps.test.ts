import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Sweep, SweepSpec } from '../../../app/contract/index.ts';
import { readCheckpoint } from '../../../app/jobs/checkpoint.ts';
import { checkpointFile, runFolder } from '../../../app/storage/files.ts';
import { failureOf, LiveServices, quick } from './live-services.ts';

let live: LiveServices;
let project: { id: string; path: string };
let projectId: string;
beforeEach(async () => {
  live = new LiveServices('web');
  project = await live.project();
  projectId = project.id;
});
afterEach(() => live[Symbol.asyncDispose]());

/** Halving over two learning rates and two batch sizes, long enough to be caught in the middle of a trial. */
const spec: SweepSpec = {
  settings: { ...quick, epochs: 60, threads: 1, keepEvery: 7 },
  space: { learningRate: [0.0005, 0.01], batchSize: [8, 16] },
  method: { kind: 'halving', count: 4, seed: 5, eta: 2, leastEpochs: 30 },
  minutes: null,
  rankBy: 'valLoss',
};

const get = (sweepId: string): Promise<Sweep> => live.client.sweeps.get({ projectId, sweepId });
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

async function until(sweepId: string, condition: (sweep: Sweep) => boolean): Promise<Sweep> {
  for (;;) {
    const sweep = await get(sweepId);
    if (condition(sweep)) return sweep;
    await soon();
  }
}
const ended = (sweepId: string): Promise<Sweep> => until(sweepId, ({ status }) => status !== 'running');

/** The run of the trial that trains, in the middle of an epoch. */
async function inATrial(sweepId: string, number: number): Promise<string> {
  const { trials } = await until(sweepId, (sweep) =>
    sweep.trials.some(
      (trial) => trial.number === number && trial.status === 'running' && trial.runId !== null,
    ),
  );
  const runId = trials.find((trial) => trial.number === number)?.runId ?? '';
  await live.inTheMiddle(projectId, runId);
  return runId;
}

/** Everything but what differs from one time to the next. */
const plain = ({ trials }: Sweep) => trials.map(({ seconds: _, runId: __, ...trial }) => trial);

async function weightsOf({ trials }: Sweep) {
  const best = trials.find(({ rank }) => rank === 1)?.runId ?? '';
  return (await readCheckpoint(checkpointFile(project.path, best, 'last')))?.parameters;
}

describe('a sweep', () => {
  test('whose worker dies, and whose host is started again, ends in the table of one that nothing interrupted', async () => {
    const straight = await ended((await live.client.sweeps.start({ projectId, spec })).id);
    expect(straight.status).toBe('done');
    expect(
      plain(straight)
        .map(({ status }) => status)
        .toSorted(),
    ).toEqual(['done', 'done', 'halted', 'halted']);
    const weights = await weightsOf(straight);
    expect(weights).toBeDefined();

    const { id } = await live.client.sweeps.start({ projectId, spec });
    const first = await inATrial(id, 1);
    const killed = live.trainingWorker;
    killed.process.kill();
    await until(id, ({ trials }) => trials[0]?.status === 'running' && live.trainingWorker !== killed);
    // The same trial goes on with another worker.
    expect((await get(id)).trials[0]?.runId).toBe(first);
    const events = await live.client.runs.events({ projectId, runId: first });
    expect(events.map(({ kind }) => kind)).toContain('interrupted');

    await inATrial(id, 2);
    await live.restart();
    await live.client.projects.open({ path: project.path });
    expect((await get(id)).status).toBe('running');
    const whole = await ended(id);
    expect(plain(whole)).toEqual(plain(straight));
    expect(await weightsOf(whole)).toEqual(weights);
  });

  test('that is paused stays so when its host is started again, and goes on when a person says so', async () => {
    const { id } = await live.client.sweeps.start({ projectId, spec });
    await inATrial(id, 1);
    await live.client.sweeps.pause({ projectId, sweepId: id });
    await until(id, ({ trials }) => trials[0]?.status === 'paused');
    await live.restart();
    await live.client.projects.open({ path: project.path });
    expect((await get(id)).status).toBe('paused');
    expect((await live.client.jobs.list()).filter(({ kind }) => kind === 'train')).toEqual([]);
    await live.client.sweeps.resume({ projectId, sweepId: id });
    expect((await ended(id)).status).toBe('done');
  });

  test('leaves a trial behind that loses its worker twice, and goes on with the others', async () => {
    const { id } = await live.client.sweeps.start({ projectId, spec: { ...spec, method: { kind: 'grid' } } });
    const runId = await inATrial(id, 2);
    const firstWorker = live.trainingWorker;
    firstWorker.process.kill();
    await until(id, ({ trials }) => trials[1]?.status === 'running' && live.trainingWorker !== firstWorker);
    live.trainingWorker.process.kill();
    const sweep = await ended(id);
    expect(sweep.status).toBe('done');
    expect(sweep.trials.map(({ status }) => status)).toEqual(['done', 'failed', 'done', 'done']);
    expect(sweep.trials[1]).toMatchObject({
      runId,
      error: expect.stringContaining('worker process') as string,
    });
    expect(await live.client.runs.get({ projectId, runId })).toMatchObject({ status: 'stopped' });
  });

  test('keeps of each trial the best checkpoint and the last; it can be removed, and its runs stay', async () => {
    const short: SweepSpec = {
      ...spec,
      settings: { ...spec.settings, epochs: 8, keepEvery: 1 },
      method: { kind: 'halving', count: 4, seed: 5, eta: 2, leastEpochs: 4 },
    };
    const { id } = await live.client.sweeps.start({ projectId, spec: short });
    const active = await failureOf(live.client.sweeps.remove({ projectId, sweepId: id }));
    expect(active.code).toBe('sweepActive');
    const { name, trials } = await ended(id);
    for (const { runId } of trials) {
      const kept = readdirSync(runFolder(project.path, runId ?? '')).filter((file) =>
        file.endsWith('.safetensors'),
      );
      expect(kept.toSorted()).toEqual(['best.safetensors', 'last.safetensors']);
    }
    const disk = await live.client.runs.disk({ projectId });
    expect(disk.runs.map(({ sweep }) => sweep)).toEqual([name, name, name, name]);
    await live.client.sweeps.remove({ projectId, sweepId: id });
    expect(await live.client.sweeps.list({ projectId })).toEqual([]);
    expect((await live.client.runs.list({ projectId })).map(({ hasCheckpoint }) => hasCheckpoint)).toEqual(
      Array.from({ length: 4 }, () => true),
    );
    expect((await live.client.runs.disk({ projectId })).runs[0]?.sweep).toBeNull();
  });
});
