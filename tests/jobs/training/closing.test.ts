import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { childrenOf } from '../../e2e/processes.ts';
import { endless, LiveServices } from './live-services.ts';

let live: LiveServices;
let project: { id: string; path: string };
beforeEach(async () => {
  live = new LiveServices();
  project = await live.project();
});
afterEach(() => live[Symbol.asyncDispose]());

/** The run goes on from where it was. */
async function expectResumable(runId: string): Promise<void> {
  const { client } = live;
  const projectId = project.id;
  const stopped = await client.runs.get({ projectId, runId });
  expect(stopped).toMatchObject({ status: 'stopped', hasCheckpoint: true });
  const { jobId } = await client.runs.start({ projectId, settings: endless, resume: runId });
  await live.inTheMiddle(projectId, runId, stopped.epoch);
  await client.jobs.cancel({ jobId });
  await live.settled(jobId);
  const resumed = await client.runs.get({ projectId, runId });
  expect(resumed.epoch).toBeGreaterThanOrEqual(stopped.epoch);
  expect(resumed.status).toBe('cancelled');
}

describe('Tessera ends while a run trains', () => {
  test('by being closed: the run is stopped, and resumed after the next start', async () => {
    const { run } = await live.client.runs.start({ projectId: project.id, settings: endless });
    await live.inTheMiddle(project.id, run.id);
    await live.restart();
    expect(live.workers.every(({ alive }) => !alive)).toBe(true);
    await live.client.projects.open({ path: project.path });
    await expectResumable(run.id);
  });

  test('by kill -9: its worker ends too, the project is free, and the run is resumed', async () => {
    await live.client.projects.close({ projectId: project.id });
    const fixture = fileURLToPath(new URL('fixtures/train-forever.ts', import.meta.url));
    const host = spawn(process.execPath, [fixture, project.path], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void host.kill('SIGKILL'));
    const [said] = (await once(host.stdout, 'data')) as [Buffer];
    const runId = said.toString().trim();
    const workers = childrenOf(host.pid ?? 0);
    expect(workers.length).toBeGreaterThan(0);
    expect(await live.client.projects.open({ path: project.path })).toMatchObject({ readOnly: 'locked' });
    host.kill('SIGKILL');
    await once(host, 'exit');
    while (workers.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 50));

    await live.client.durability.takeOver({ projectId: project.id });
    await expectResumable(runId);
  });

  test('by closing the project alone: the run is cancelled', async () => {
    const { client } = live;
    const { run } = await client.runs.start({ projectId: project.id, settings: endless });
    await live.inTheMiddle(project.id, run.id);
    await client.projects.close({ projectId: project.id });
    await client.projects.open({ path: project.path });
    expect(await client.runs.get({ projectId: project.id, runId: run.id })).toMatchObject({
      status: 'cancelled',
      hasCheckpoint: true,
    });
  });
});

/** One that nobody has asked about its end yet, a zombie, is not. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}
