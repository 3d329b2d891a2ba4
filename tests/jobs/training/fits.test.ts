import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LiveServices, quick } from './live-services.ts';

const settings = { ...quick, threads: 1 };

test('this computer is measured once, and what fits is told for every network and the settings', async () => {
  await using live = new LiveServices();
  const { id: projectId, path: projectPath } = await live.project();
  const { client } = live;
  const ask = () => client.models.fits({ projectId, settings });
  expect(await ask()).toBeNull();
  const { jobId } = await client.models.startBenchmark({ projectId, threads: settings.threads });
  expect(await client.models.startBenchmark({ projectId, threads: settings.threads })).toEqual({ jobId });
  expect(await live.settled(jobId)).toMatchObject({ status: 'done', result: { kind: 'benchmark' } });
  const fits = await ask();
  expect(fits?.chosen?.seconds).toBeGreaterThan(0);
  expect(fits?.rows.length).toBeGreaterThan(20);
  expect(fits?.rows.every(({ secondsPerEpoch }) => secondsPerEpoch > 0 && secondsPerEpoch < 1e7)).toBe(true);
  expect(fits?.rows.find(({ model }) => model === fits.best.night?.model)?.pictures).toBe('small');

  // The very settings are tried out, with nothing left of it, and foretold by that.
  const rehearsal = await client.models.startRehearsal({ projectId, settings });
  expect(await live.settled(rehearsal.jobId ?? '')).toMatchObject({ status: 'done', error: null });
  const rehearsed = (await ask())?.chosen;
  expect(rehearsed).toMatchObject({ isRehearsed: true });
  expect(rehearsed?.readingSeconds).toBeGreaterThan(0);
  expect(readdirSync(join(projectPath, 'cache', 'pixels'))).toEqual([]);
  const { run, jobId: training } = await client.runs.start({ projectId, settings });
  expect(run.forecast).toEqual(rehearsed);
  expect(await live.settled(training)).toMatchObject({ status: 'done', error: null });
  const done = await client.runs.get({ projectId, runId: run.id });
  // Not how fast it was: how much it took is nearly the same on every computer.
  expect(done.memoryBytes).toBeGreaterThan((rehearsed?.memoryBytes ?? 0) / 2);
  expect(done.memoryBytes).toBeLessThan((rehearsed?.memoryBytes ?? 0) * 2);
  // By now the pictures are read.
  const after = await ask();
  expect(after?.chosen?.readingSeconds).toBeUndefined();

  // It outlives a restart, but not another number of threads, nor another computer.
  await live.restart();
  await live.client.projects.open({ path: join(live.home, 'projects', 'X and O') });
  expect(await live.client.models.fits({ projectId, settings })).toEqual(after);
  expect(await live.client.models.fits({ projectId, settings: { ...settings, threads: 2 } })).toBeNull();
  const path = join(live.home, 'speeds.json');
  const kept = JSON.parse(readFileSync(path, 'utf8')) as { computer: string };
  writeFileSync(path, JSON.stringify({ ...kept, computer: 'another' }));
  expect(await live.client.models.fits({ projectId, settings })).toBeNull();
}, 240_000);
