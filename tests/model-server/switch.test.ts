import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ServedModel, TesseraEvent } from '../../app/contract/index.ts';
import { encodePng } from '../../app/formats/images/plain-png.ts';
import { there } from '../formats/onnx/models.ts';
import { classNames, size, TrainedProject } from '../jobs/export/trained-project.ts';
import { failureOf } from '../jobs/training/live-services.ts';

/** The switch of the Share screen: the real server over the real services, as every host puts them together. */
let project: TrainedProject;
let bundle = '';
beforeAll(async () => {
  project = await TrainedProject.train(3);
  bundle = join(project.folder(), 'model.zip');
  await project.export('bundle', bundle);
});
afterAll(() => project[Symbol.asyncDispose]());
afterEach(() => project.client.modelServer.stop());

const run = () => ({ projectId: project.projectId, runId: project.runId });
const png = (): Uint8Array<ArrayBuffer> =>
  new Uint8Array(encodePng(there(project.pixels[4]), { width: size, height: size, channels: 3 }));
const ask = ({ url }: ServedModel, init: RequestInit = {}) =>
  fetch(`${url}/predict`, { method: 'POST', body: png(), headers: { 'content-type': 'image/png' }, ...init });
const isGone = (served: ServedModel): Promise<boolean> =>
  ask(served).then(
    () => false,
    () => true,
  );

test('off at first; on, it answers as the run does and counts; off again, nobody listens', async () => {
  const { modelServer } = project.client;
  expect(await modelServer.status()).toBeNull();
  const served = await modelServer.start({ ...run(), port: 0, threshold: 0 });
  expect(served).toMatchObject({ ...run(), path: null, requests: 0, pictures: 0 });
  expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const answer = (await (await ask(served)).json()) as {
    predictions: { label: string; confidence: number }[];
  };
  expect(answer.predictions.map(({ label }) => label).sort()).toEqual([...classNames].sort());
  expect((await ask(served, { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
  expect(await modelServer.status()).toMatchObject({ requests: 2, pictures: 1, refused: 1 });
  await modelServer.stop();
  expect(await modelServer.status()).toBeNull();
  expect(await isGone(served)).toBe(true);
});

test('a bundle in place of a run, below the threshold without a label', async () => {
  const { modelServer } = project.client;
  const first = await modelServer.start({ ...run(), port: 0, threshold: 0 });
  const served = await modelServer.start({ model: bundle, port: 0, threshold: 1 });
  expect(served).toMatchObject({ projectId: null, runId: null, path: bundle, threshold: 1 });
  expect(await isGone(first)).toBe(true);
  const answer = (await (await ask(served)).json()) as { label: string | null };
  expect(answer.label).toBeNull();
});

test('pages of other sites and names that point here are turned away', async () => {
  const served = await project.client.modelServer.start({ ...run(), port: 0, threshold: 0 });
  const response = await ask(served, {
    headers: { 'content-type': 'image/png', origin: 'http://evil.example' },
  });
  expect(response.status).toBe(403);
});

test('a port that is taken is said, and what was served before stays off', async () => {
  const { modelServer } = project.client;
  const other: Server = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const error = await failureOf(modelServer.start({ ...run(), port, threshold: 0 }));
  expect(error.message).toBe(
    `Port ${port} of this computer is taken by another program. Choose another one.`,
  );
  expect(await modelServer.status()).toBeNull();
  other.close();
  expect(
    await failureOf(modelServer.start({ ...run(), runId: 'none', port: 0, threshold: 0 })),
  ).toMatchObject({
    code: 'runNotFound',
  });
});

test('every screen hears of it; it ends with its project', async () => {
  const { modelServer, projects, events } = project.client;
  const listening = new AbortController();
  const heard: TesseraEvent[] = [];
  const stream = await events(undefined, { signal: listening.signal });
  const reading = (async () => {
    for await (const event of stream) heard.push(event);
  })();
  const served = await modelServer.start({ ...run(), port: 0, threshold: 0 });
  await ask(served);
  await projects.close({ projectId: project.projectId });
  expect(await isGone(served)).toBe(true);
  expect(await modelServer.status()).toBeNull();
  await projects.open({ path: project.path });
  listening.abort();
  await reading;
  const told = heard.flatMap((event) => (event.type === 'modelServer' ? [event.served?.url ?? null] : []));
  expect(told.at(0)).toBe(served.url);
  expect(told.at(-1)).toBeNull();
});

test('it ends with the app', async () => {
  await using other = await TrainedProject.train(1);
  const served = await other.client.modelServer.start({
    projectId: other.projectId,
    runId: other.runId,
    port: 0,
    threshold: 0,
  });
  expect(await isGone(served)).toBe(false);
  await other[Symbol.asyncDispose]();
  expect(await isGone(served)).toBe(true);
});
