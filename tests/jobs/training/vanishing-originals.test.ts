/** Originals that are deleted or changed while a run trains with them. */
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Metric, TrainSettings } from '../../../app/contract/index.ts';
import { png } from '../../formats/layouts/sources.ts';
import { LiveServices, quick } from './live-services.ts';

let live: LiveServices;
let project: { id: string; path: string };
beforeAll(() => {
  live = new LiveServices();
});
beforeEach(async () => {
  project = await live.project(`Losing ${Math.random()}`);
});
afterAll(() => live[Symbol.asyncDispose]());

/** Photographs for the size: decoded while the first epoch learns, which takes some seconds. */
const slowly: TrainSettings = {
  ...quick,
  model: {
    kind: 'blocks',
    blocks: [
      { kind: 'conv', filters: 32, kernel: 5, stride: 1, activation: 'relu', pool: null },
      { kind: 'conv', filters: 8, kernel: 5, stride: 4, activation: 'relu', pool: null },
    ],
  },
  imageSize: 168,
  epochs: 2,
};

async function start(settings: TrainSettings) {
  const { run, jobId } = await live.client.runs.start({ projectId: project.id, settings });
  return { runId: run.id, jobId };
}

/** Resolves when the run has told something like that. */
async function told(runId: string, isIt: (point: Metric) => boolean): Promise<void> {
  for (;;) {
    const points = await live.client.runs.metrics({ projectId: project.id, runId, after: -1 });
    if (points.some(isIt)) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const originals = (): string[] =>
  readdirSync(join(project.path, 'images'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const settledRun = async ({ runId, jobId }: { runId: string; jobId: string }) => {
  const job = await live.settled(jobId);
  return { job, run: await live.client.runs.get({ projectId: project.id, runId }) };
};

describe('originals of a run that trains', () => {
  test('deleted before all of them were decoded fail it with the file; with them back it trains', async () => {
    const started = await start(slowly);
    await told(started.runId, ({ kind }) => kind === 'step');
    renameSync(join(project.path, 'images'), join(project.path, 'away'));
    const { job, run } = await settledRun(started);
    expect(job).toMatchObject({ status: 'failed', error: { code: 'fileNotFound' } });
    expect(job.error?.message).toContain(join(project.path, 'images'));
    expect(run).toMatchObject({ status: 'failed', error: job.error?.message });
    expect(readdirSync(join(project.path, 'cache', 'pixels'))).toEqual([]);
    renameSync(join(project.path, 'away'), join(project.path, 'images'));
    expect((await settledRun(await start({ ...slowly, epochs: 1 }))).job.status).toBe('done');
  }, 120_000);

  test('changed before they were decoded fail it with the file', async () => {
    const started = await start(slowly);
    await told(started.runId, ({ kind }) => kind === 'step');
    // Sound pictures, so that only their hashes tell.
    for (const [number, path] of originals().entries()) writeFileSync(path, png(number));
    const { job } = await settledRun(started);
    expect(job).toMatchObject({
      status: 'failed',
      error: { code: 'pictureUnreadable', details: { reason: 'it was changed since it was imported' } },
    });
    expect(originals()).toContain(job.error?.details['path']);
  }, 120_000);

  test('deleted once they are decoded are not missed', async () => {
    const started = await start({ ...quick, epochs: 30 });
    await told(started.runId, ({ kind }) => kind === 'epoch');
    rmSync(join(project.path, 'images'), { recursive: true });
    expect((await settledRun(started)).job.status).toBe('done');
  }, 60_000);
});
