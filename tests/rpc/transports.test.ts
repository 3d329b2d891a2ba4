import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorFromWire, type TesseraEvent } from '../../app/contract/index.ts';
import { forever } from '../services/scripted-runner.ts';
import { codeOf, Harness, pictures, settings } from '../services/harness.ts';
import { inProcess, messagePort, webSocket, type Client, type Transport } from './transports.ts';

/** The same questions over every way to the services: whoever asks must not notice which one it is. */
describe.each([
  { make: inProcess, name: 'in-process' },
  { make: messagePort, name: 'MessagePort' },
  { make: webSocket, name: 'WebSocket' },
])('over $name', ({ make, name }) => {
  let harness: Harness;
  let transport: Transport;
  let client: Client;
  let disconnect: () => void;

  beforeEach(async () => {
    harness = new Harness();
    transport = make();
    ({ client, disconnect } = await transport.connect(harness.services));
  });
  afterEach(async () => {
    await transport.close();
    await harness[Symbol.asyncDispose]();
  });

  test('a project is made, listed, renamed and closed', async () => {
    const { project } = await client.projects.create({ name: 'Leaves' });
    expect(project).toMatchObject({ name: 'Leaves', images: 0, available: true });
    expect(await client.projects.list()).toEqual([project]);
    expect(await client.projects.rename({ projectId: project.id, name: 'Trees' })).toMatchObject({
      name: 'Trees',
    });
    await client.projects.close({ projectId: project.id });
    expect(await codeOf(client.dataset.summary({ projectId: project.id }))).toBe('projectNotOpen');
  });

  test('the host says what it is', async () => {
    expect(await client.host()).toEqual({
      kind: 'cli',
      version: '0.0.0',
      isa: 'ref',
      threads: 2,
      projectsFolder: join(harness.home, 'projects'),
    });
  });

  test('an error arrives with its code, its details and its sentence', async () => {
    const path = join(harness.home, 'nothing here');
    const error = await client.projects.open({ path }).catch(errorFromWire);
    expect(error).toMatchObject({ name: 'TesseraError', code: 'projectNotFound', details: { path } });
    expect((error as Error).message).toContain(path);
  });

  test('what does not fit the contract is refused as invalid, saying where', async () => {
    const projectId = await harness.project();
    const call = client.dataset.images({ projectId, filter: {}, offset: -1, limit: 5 });
    const error = await call.catch(errorFromWire);
    expect(error).toMatchObject({ code: 'invalidInput' });
    expect((error as Error).message).toContain('offset');
  });

  test('a hundred thousand ids come whole', async () => {
    const projectId = await harness.project();
    harness.runner.on('import', ({ listener }) => {
      for (let from = 0; from < 100_000; from += 10_000) listener.onImages?.(pictures(10_000, from), []);
      return { classes: ['cat', 'dog'] };
    });
    const source = { paths: [harness.home] };
    const { jobId } = await client.dataset.startImport({ projectId, source, layout: 'auto' });
    const job = await harness.settled(jobId);
    expect(job.result).toMatchObject({ added: 100_000 });
    const ids = await client.dataset.imageIds({ projectId, filter: {} });
    expect(new Set(ids).size).toBe(100_000);
  });

  test('events come in order, to two subscribers, until one of them leaves', async () => {
    const projectId = await harness.filledProject(4);
    const leaving = new AbortController();
    const staying = new AbortController();
    const first = read(await client.events(undefined, { signal: leaving.signal }));
    const second = read(await client.events(undefined, { signal: staying.signal }));
    await client.labeling.createClass({ projectId, name: 'bird' });
    await until(() => first.heard.length > 0 && second.heard.length > 0);
    expect(first.heard[0]).toEqual({ type: 'dataset', projectId });

    leaving.abort();
    await first.ended;
    const before = first.heard.length;
    await client.projects.rename({ projectId, name: 'Birds' });
    await until(() => second.heard.some(({ type }) => type === 'projects'));
    expect(first.heard).toHaveLength(before);
    staying.abort();
    await second.ended;
  });

  test('a job is followed by its events to its end', async () => {
    const projectId = await harness.filledProject();
    const events = await client.events();
    harness.runner.on('train', ({ listener }) => {
      listener.onProgress?.(1, 2, 'epoch 1 of 2');
      return { bestEpoch: 1, bestValAccuracy: 1, testAccuracy: 1, seconds: 1, weightHash: 'ab' };
    });
    const { jobId } = await client.runs.start({ projectId, settings });
    const seen: string[] = [];
    for await (const event of events) {
      if (event.type !== 'job' || event.job.id !== jobId) continue;
      seen.push(event.job.status);
      if (event.job.status === 'done') break;
    }
    expect(seen.at(-1)).toBe('done');
    expect(await client.jobs.get({ jobId })).toMatchObject({ detail: 'epoch 1 of 2', progress: 1 });
  });

  test('a job is cancelled, and an unknown one is not found', async () => {
    const projectId = await harness.filledProject();
    harness.runner.on('train', forever);
    const { jobId } = await client.runs.start({ projectId, settings });
    await client.jobs.cancel({ jobId });
    expect(await harness.settled(jobId)).toMatchObject({ status: 'cancelled' });
    expect(await codeOf(client.jobs.cancel({ jobId: randomUUID() }))).toBe('jobNotFound');
  });

  /** In-process there is nothing that could be cut. */
  if (name !== 'in-process') {
    test('a caller that goes away takes its streams along', async () => {
      const other = await transport.connect(harness.services);
      const left = read(await other.client.events());
      const stayed = read(await client.events());
      other.disconnect();
      await left.ended;
      const projectId = await harness.project();
      await until(() => stayed.heard.length > 0);
      expect(await client.projects.get({ projectId })).toMatchObject({ id: projectId });
      disconnect();
      await stayed.ended;
    });
  }
});

/** Collects a stream; `ended` resolves however it ends. */
function read(events: AsyncIterable<TesseraEvent>): { heard: TesseraEvent[]; ended: Promise<void> } {
  const heard: TesseraEvent[] = [];
  const ended = (async () => {
    try {
      for await (const event of events) heard.push(event);
    } catch {
      // An aborted or disconnected stream may end by throwing.
    }
  })();
  return { heard, ended };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
