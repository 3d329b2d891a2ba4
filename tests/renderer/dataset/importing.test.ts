import { afterEach, beforeEach, expect, test } from 'vitest';
import { TesseraError, type ImportPreview } from '../../../app/contract/index.ts';
import type { UploadFile } from '../../../renderer/client/index.ts';
import { Importing } from '../../../renderer/features/dataset/importing.svelte.ts';
import { Harness, pictures } from '../../services/harness.ts';
import { forever } from '../../services/scripted-runner.ts';

const preview: ImportPreview = {
  layout: 'folders',
  columns: null,
  images: 20,
  classes: [{ name: 'cat', count: 20 }],
  splits: { train: 0, val: 0, test: 0, none: 20 },
  samples: [],
  problems: [],
};

let harness: Harness;
let projectId: string;
let ofHome: { name: string; source: { paths: string[] } };

beforeEach(async () => {
  harness = new Harness();
  projectId = await harness.project();
  ofHome = { name: 'zoo', source: { paths: [harness.home] } };
  harness.runner
    .on('inspect', ({ task }) => ({ ...preview, layout: task.layout === 'csv' ? 'csv' : 'folders' }))
    .on('import', ({ listener }) => {
      listener.onImages?.(pictures(20), [{ path: 'zoo/broken.jpg', reason: 'it is cut short' }]);
      return { classes: ['cat', 'dog'] };
    });
});
afterEach(() => harness[Symbol.asyncDispose]());

type Send = ConstructorParameters<typeof Importing>[1];
const noUpload: Send = () => Promise.reject(new Error('nothing is sent here'));

/** As the screen opens it, hearing every event. */
async function open(send: Send = noUpload): Promise<Importing> {
  const importing = new Importing(harness.client, send, projectId);
  const events = await harness.client.events();
  void (async () => {
    for await (const event of events) importing.hear(event);
  })();
  await importing.open();
  return importing;
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 1000) throw new Error('it did not come to that');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('looks into what it was given, imports it, and says what came of it', async () => {
  const importing = await open();
  await importing.take(ofHome);
  expect(importing.step).toBe('preview');
  expect(importing.preview).toEqual(preview);
  importing.split = 'test';
  await importing.start();
  expect(importing.error).toBeNull();
  expect(importing.result).toMatchObject({ added: 20, duplicates: 0, skipped: [{ path: 'zoo/broken.jpg' }] });
  expect(harness.runner.tasks.at(-1)).toMatchObject({ kind: 'import', layout: 'auto', split: 'test' });
  importing.dismiss();
  expect(importing.result).toBeNull();
});

test('originals on the disk may stay in their place; what is no file of its own is copied', async () => {
  const importing = await open();
  await importing.take(ofHome);
  expect(importing.canReference).toBe(true);
  importing.inPlace = true;
  await importing.start();
  expect(harness.runner.tasks.at(-1)).toMatchObject({ kind: 'import', inPlace: true });
  await importing.take(ofHome);
  expect(importing.inPlace).toBe(false);
  importing.inPlace = true;
  harness.runner.on('inspect', () => ({ ...preview, layout: 'zip' }));
  await importing.choose('zip');
  expect(importing.canReference).toBe(false);
  await importing.start();
  expect(harness.runner.tasks.at(-1)).not.toHaveProperty('inPlace');
});

test('files are sent first, and the share that is sent is told', async () => {
  const shares: number[] = [];
  const uploadId = crypto.randomUUID();
  const importing = await open(async (files, tell) => {
    expect(importing.step).toBe('sending');
    for (const { name, blob } of files) {
      const url = `http://127.0.0.1/uploads/${uploadId}?name=${encodeURIComponent(name)}`;
      await harness.services.files(new Request(url, { method: 'POST', body: await blob.arrayBuffer() }));
    }
    tell?.(1, 4);
    shares.push(importing.sent);
    return uploadId;
  });
  const files: UploadFile[] = [{ name: 'zoo/cat/1.jpg', blob: new Blob(['picture']) }];
  await importing.take({ name: 'zoo', source: { files } });
  expect(importing.error).toBeNull();
  expect(importing.step).toBe('preview');
  expect(shares).toEqual([0.25]);
});

test('nothing in it is said before anything is sent', async () => {
  const importing = await open();
  await importing.take({ name: 'empty folder', source: { files: [] } });
  expect(importing.error?.code).toBe('importEmpty');
  expect(importing.step).toBe('idle');
});

test('what was not understood can be laid out in another way', async () => {
  harness.runner.on('inspect', ({ task }) => {
    if (task.layout === 'auto') throw new TesseraError('layoutUnknown', { path: 'zoo' });
    return preview;
  });
  const importing = await open();
  await importing.take(ofHome);
  expect(importing.step).toBe('preview');
  expect(importing.preview).toBeNull();
  expect(importing.error).not.toBeNull();
  await importing.choose('folders');
  expect(importing.error).toBeNull();
  expect(importing.preview).toEqual(preview);
});

test('cancelled while it looks: nothing is left, and nothing is said', async () => {
  harness.runner.on('inspect', forever);
  const importing = await open();
  const looking = importing.take(ofHome);
  await until(() => importing.step === 'inspecting' && harness.runner.tasks.length === 1);
  importing.cancel();
  await looking;
  expect(importing.step).toBe('idle');
  expect(importing.error).toBeNull();
});

test('what was given later wins, however long the first takes', async () => {
  let release = (): void => undefined;
  const first = new Promise<void>((resolve) => (release = resolve));
  harness.runner.on('inspect', async ({ task }) => {
    if (task.paths[0] === harness.home) await first;
    return { ...preview, images: task.paths[0] === harness.home ? 1 : 2 };
  });
  const importing = await open();
  const slow = importing.take(ofHome);
  await until(() => harness.runner.tasks.length === 1);
  const projects = `${harness.home}/projects`;
  await importing.take({ name: 'second', source: { paths: [projects] } });
  release();
  await slow;
  expect(importing.name).toBe('second');
  expect(importing.preview?.images).toBe(2);
});

test('an import that runs is followed by a screen that opens later, and can be cancelled', async () => {
  harness.runner.on('import', forever);
  await harness.client.dataset.startImport({ projectId, source: ofHome.source, layout: 'auto' });
  const importing = await open();
  await until(() => importing.watch.job !== null);
  await importing.cancelJob();
  await until(() => importing.watch.job === null);
  expect(importing.error).toBeNull();
  expect(importing.result).toBeNull();
});

test('an import that fails says why', async () => {
  harness.runner.on('import', () => {
    throw new TesseraError('archiveUnsafe', { path: 'zoo.zip', reason: 'it unpacks to 9 TB' });
  });
  const importing = await open();
  await importing.take(ofHome);
  await importing.start();
  expect(importing.error?.code).toBe('archiveUnsafe');
  expect(importing.step).toBe('idle');
});
