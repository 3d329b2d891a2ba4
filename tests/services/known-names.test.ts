import { expect, test } from 'vitest';
import { TesseraError, uploadPath } from '../../app/contract/index.ts';
import { Harness } from './harness.ts';

const uploadId = '6b1a3a0e-52d4-4c7e-9a38-0d1c6b0c3f11';

/** A home with the file `zoo/cats/1.jpg` left as an upload. */
async function withUpload(): Promise<Harness> {
  const harness = new Harness();
  const url = `http://127.0.0.1${uploadPath(uploadId, 'zoo/cats/1.jpg')}`;
  const answer = await harness.services.files(new Request(url, { method: 'POST', body: 'not a picture' }));
  expect(answer.status).toBe(204);
  return harness;
}

const nothing = { layout: 'folders', columns: null, images: 0, classes: [], samples: [] } as const;
const noSplits = { train: 0, val: 0, test: 0, none: 0 };

test('what is said of an upload names its files as the person knows them', async () => {
  await using harness = await withUpload();
  const projectId = await harness.project();
  harness.runner
    .on('inspect', ({ task }) => ({
      ...nothing,
      classes: [],
      samples: [],
      splits: noSplits,
      problems: [{ path: `${task.paths[0]}/cats/1.jpg`, reason: 'it is no picture' }],
    }))
    .on('import', ({ task, listener }) => {
      listener.onImages?.([], [{ path: `${task.paths[0]}/cats/1.jpg`, reason: 'it is no picture' }]);
      return { classes: [] };
    });
  const source = { uploadId };
  const preview = await harness.client.dataset.inspect({ source, layout: 'auto' });
  expect(preview.problems).toEqual([{ path: 'zoo/cats/1.jpg', reason: 'it is no picture' }]);

  const { jobId } = await harness.client.dataset.startImport({ projectId, source, layout: 'auto' });
  const { result } = await harness.settled(jobId);
  expect(result).toMatchObject({ skipped: [{ path: 'zoo/cats/1.jpg' }] });
  const { problems } = await harness.client.dataset.summary({ projectId });
  expect(problems.map(({ path }) => path)).toEqual(['zoo/cats/1.jpg']);
});

test('so do the errors of its tasks; a path of this computer stays as it is', async () => {
  await using harness = await withUpload();
  const projectId = await harness.project();
  harness.runner
    .on('inspect', ({ task }) => {
      throw new TesseraError('importEmpty', { path: task.paths[0] ?? '' });
    })
    .on('import', ({ task }) => {
      throw new TesseraError('archiveUnsafe', { path: task.paths[0] ?? '', reason: 'it is a bomb' });
    });
  const ofUpload = harness.client.dataset.inspect({ source: { uploadId }, layout: 'auto' });
  await expect(ofUpload).rejects.toMatchObject({ data: { details: { path: 'zoo' } } });
  const ofPath = harness.client.dataset.inspect({ source: { paths: [harness.home] }, layout: 'auto' });
  await expect(ofPath).rejects.toMatchObject({ data: { details: { path: harness.home } } });

  const source = { uploadId };
  const { jobId } = await harness.client.dataset.startImport({ projectId, source, layout: 'auto' });
  expect((await harness.settled(jobId)).error).toMatchObject({ details: { path: 'zoo' } });
});
