/** Pictures that stay where they are: everything works with them, and what has become of their files is said, never shown. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodePng } from '../../../app/formats/images/plain-png.ts';
import { readOriginal } from '../../../app/jobs/originals.ts';
import { imageFile, thumbnailFile } from '../../../app/storage/files.ts';
import { openProject } from '../../../app/storage/projects.ts';
import { idxLabels, idxPictures, png, pngs, TempFolder, zip } from '../../formats/layouts/sources.ts';
import { quick } from '../training/live-services.ts';
import { ImportingProject } from './importing-project.ts';

let project: ImportingProject;
beforeAll(async () => {
  project = await ImportingProject.create();
});
beforeEach(() => project.renew());
afterAll(() => project[Symbol.asyncDispose]());

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
const originals = (): number => (existsSync(join(project.path, 'images')) ? project.originals() : 0);
/** One thread: it must also end on a computer whose cores are all taken. */
const settings = { ...quick, imageSize: 12, threads: 1 };
const ended = async ({ jobId }: { jobId: string }) => project.settled(jobId);
const forgetPixels = (): void => rmSync(join(project.path, 'cache'), { recursive: true, force: true });

/** Dark and light pictures of two classes, `count` of each. */
function photos(folder: TempFolder, count: number): void {
  for (let number = 0; number < count; number++) {
    for (const [className, base] of [
      ['dark', 20],
      ['light', 200],
    ] as const) {
      const pixels = Uint8Array.from({ length: 144 }, (_, at) => base + ((at * (number + 3)) % 40));
      const picture = encodePng(pixels, { width: 12, height: 12, channels: 1 });
      folder.put({ [`${className}/${number}.png`]: picture });
    }
  }
}

const data = async () => {
  await project.client.projects.close({ projectId: project.projectId });
  using store = openProject(project.path);
  return { portable: store.portableData(), references: store.references() };
};
const reopen = () => project.client.projects.open({ path: project.path });

describe('pictures that are referenced in place', () => {
  test('are not copied; training, evaluation, suggestions, predictions and thumbnails read them there', async () => {
    using folder = new TempFolder();
    photos(folder, 20);
    const result = await project.import([folder.path], { inPlace: true });
    expect(result).toMatchObject({ added: 40, skipped: [], classes: ['dark', 'light'] });
    expect(originals()).toBe(0);
    const { client, projectId } = project;
    const started = await client.runs.start({ projectId, settings });
    expect(await ended(started)).toMatchObject({ status: 'done' });
    const runId = started.run.id;
    forgetPixels();
    expect(await ended(await client.evaluation.start({ projectId, runId, split: 'val' }))).toMatchObject({
      status: 'done',
    });
    expect(await ended(await client.labeling.startSuggestions({ projectId, runId }))).toMatchObject({
      result: { images: 40 },
    });
    const imageIds = (await client.dataset.imageIds({ projectId, filter: {} })).slice(0, 3);
    const pictures = { imageIds };
    expect(await client.predictions.predict({ projectId, runId, pictures })).toHaveLength(3);
    // The onnx file is compared on pictures of the project.
    expect(await ended(await client.exports.start({ projectId, runId, format: 'onnx' }))).toMatchObject({
      status: 'done',
    });
    expect(originals()).toBe(0);
  }, 120_000);

  test('go out in an export, byte for byte, and come into the project when that is asked for', async () => {
    using folder = new TempFolder();
    folder.put(pngs('train/cat/1.png', 'val/dog/2.png', 'test/dog/3.png'));
    await project.import([folder.path], { inPlace: true });
    const { client, projectId } = project;
    using target = new TempFolder();
    const out = target.at('out');
    const exported = await ended(await client.dataset.startExport({ projectId, out }));
    expect(exported.result).toMatchObject({ images: 3, skipped: [] });
    expect(readFileSync(target.at('out/val/dog/2.png'))).toEqual(Buffer.from(png(1)));
    rmSync(folder.at('val/dog/2.png'));
    const brought = await ended(await client.dataset.startBringIn({ projectId }));
    const gone = { path: folder.at('val/dog/2.png'), reason: 'it is not there any more' };
    expect(brought.result).toMatchObject({ kind: 'bringIn', images: 2, skipped: [gone] });
    expect(originals()).toBe(2);
    expect(readFileSync(imageFile(project.path, sha256(png(0))))).toEqual(Buffer.from(png(0)));
    expect((await data()).references).toEqual({
      [sha256(png(1))]: { path: folder.at('val/dog/2.png'), bytes: png(1).length },
    });
  });

  test('whose file is gone or another one are named, wherever they are used', async () => {
    using folder = new TempFolder();
    photos(folder, 6);
    await project.import([folder.path], { inPlace: true });
    const [gone, changed] = [folder.at('dark/1.png'), folder.at('light/2.png')];
    rmSync(gone);
    // As long as before, so that only the bytes tell.
    const bytes = readFileSync(changed);
    const hash = sha256(bytes);
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
    writeFileSync(changed, bytes);
    forgetPixels();
    const { client, projectId } = project;
    const { job, run } = await (async () => {
      const started = await client.runs.start({ projectId, settings });
      const over = await ended(started);
      return { job: over, run: await client.runs.get({ projectId, runId: started.run.id }) };
    })();
    expect(job.status).toBe('failed');
    expect(['referenceGone', 'referenceChanged']).toContain(job.error?.code);
    expect([gone, changed]).toContain(job.error?.details['path']);
    expect(run.error).toContain(String(job.error?.details['path']));
    using target = new TempFolder();
    const exported = await ended(await client.dataset.startExport({ projectId, out: target.at('out') }));
    if (exported.result?.kind !== 'exportData') throw new Error('no export');
    expect(exported.result.images).toBe(10);
    expect(exported.result.skipped.map(({ reason }) => reason).toSorted()).toEqual(
      [
        `${gone} is not there any more, and the project refers to it. Put the file back, or import it again from where it is now.`,
        `${changed} is not the picture any more that was imported. Put the original file back, or delete the picture and import it anew.`,
      ].toSorted(),
    );
    const { references } = await data();
    await expect(
      readOriginal({ projectPath: project.path, ...(references && { references }) }, hash),
    ).rejects.toMatchObject({ code: 'referenceChanged', details: { path: changed } });
  }, 60_000);

  test('are found again when they are imported from where they are now; a copy needs no file elsewhere', async () => {
    using folder = new TempFolder();
    folder.put(pngs('before/cat/1.png', 'before/cat/2.png'));
    await project.import([folder.at('before')], { inPlace: true });
    renameSync(folder.at('before'), folder.at('after'));
    expect(await project.import([folder.at('after')], { inPlace: true })).toMatchObject({
      added: 0,
      duplicates: 2,
    });
    const paths = Object.values((await data()).references ?? {}).map(({ path }) => path);
    expect(paths.toSorted()).toEqual([folder.at('after/cat/1.png'), folder.at('after/cat/2.png')]);
    expect(originals()).toBe(0);
    await reopen();
    expect(await project.import([folder.at('after')])).toMatchObject({ added: 0, duplicates: 2 });
    expect((await data()).references).toBeUndefined();
    expect(originals()).toBe(2);
  });

  test('are said to be missing, found below a folder by their content, and come in one by one', async () => {
    using folder = new TempFolder();
    folder.put(pngs('before/cat/1.png', 'before/cat/2.png', 'before/dog/3.png'));
    await project.import([folder.at('before')], { inPlace: true });
    const { client, projectId } = project;
    const ids = await client.dataset.imageIds({ projectId, filter: { referenced: true } });
    expect(ids).toHaveLength(3);
    const [first = 0, second = 0, third = 0] = ids;
    expect(await client.dataset.summary({ projectId })).toMatchObject({ referenced: 3 });
    expect(await client.dataset.checkOriginals({ projectId })).toEqual({
      referenced: 3,
      missing: [],
      folders: [],
    });
    // Moved under other names, and one of them away; another file of the same length lies beside them.
    mkdirSync(folder.at('after/deep'), { recursive: true });
    renameSync(folder.at('before/cat/1.png'), folder.at('after/deep/x.dat'));
    renameSync(folder.at('before/cat/2.png'), folder.at('after/y'));
    writeFileSync(folder.at('after/decoy.png'), new Uint8Array(png(0).length));
    rmSync(folder.at('before/dog/3.png'));
    expect(await client.dataset.checkOriginals({ projectId })).toEqual({
      referenced: 3,
      missing: ids,
      folders: [
        { path: folder.at('before/cat'), count: 2 },
        { path: folder.at('before/dog'), count: 1 },
      ],
    });
    expect((await client.dataset.details({ projectId, imageId: first })).original).toEqual({
      path: folder.at('before/cat/1.png'),
      state: 'gone',
    });
    const search = await client.dataset.startFindOriginals({ projectId, folder: folder.at('after') });
    expect((await ended(search)).result).toEqual({ kind: 'findOriginals', found: 2, missing: 1 });
    expect((await client.dataset.checkOriginals({ projectId })).missing).toEqual([third]);
    expect((await client.dataset.details({ projectId, imageId: first })).original).toEqual({
      path: folder.at('after/deep/x.dat'),
      state: 'there',
    });
    const brought = await ended(await client.dataset.startBringIn({ projectId, imageIds: [second] }));
    expect(brought.result).toMatchObject({ kind: 'bringIn', images: 1, skipped: [] });
    expect((await client.dataset.details({ projectId, imageId: second })).original).toBeNull();
    expect(await client.dataset.imageIds({ projectId, filter: { referenced: true } })).toEqual([
      first,
      third,
    ]);
    expect(originals()).toBe(1);
    const nowhere = await ended(
      await client.dataset.startFindOriginals({ projectId, folder: folder.at('none') }),
    );
    expect(nowhere.error).toMatchObject({ code: 'fileNotFound', details: { path: folder.at('none') } });
  });

  test('cannot be what was sent: an upload lies in a folder that goes away', async () => {
    const { client, projectId } = project;
    const uploadId = '00000000-0000-4000-8000-000000000001';
    expect(await project.send(uploadId, 'cat.png', png(1))).toBe(204);
    await expect(
      client.dataset.startImport({ projectId, source: { uploadId }, layout: 'auto', inPlace: true }),
    ).rejects.toThrow(/^cat\.png cannot be referenced in place/);
    expect(await project.pictures()).toEqual([]);
  });

  test('lie in a picture’s own file: archives and files of many pictures are refused as a whole', async () => {
    using folder = new TempFolder();
    folder.put({
      'all.zip': zip([
        { name: 'cat/1.png', data: png(1) },
        { name: 'dog/2.png', data: png(2) },
      ]),
    });
    folder.put({ 'train-images-idx3-ubyte': idxPictures(2), 'train-labels-idx1-ubyte': idxLabels(0, 1) });
    for (const path of [folder.at('all.zip'), folder.at('train-images-idx3-ubyte')]) {
      await expect(project.import([path], { inPlace: true })).rejects.toThrow(
        /cannot be referenced in place: it is not a picture file of its own .* Import it as a copy\.$/,
      );
    }
    expect(await project.pictures()).toEqual([]);
    expect((await data()).references).toBeUndefined();
  });

  test('a thumbnail that was deleted is made again from the file, and stays away without it', async () => {
    using folder = new TempFolder();
    const large = encodePng(new Uint8Array(100 * 90).fill(90), { width: 100, height: 90, channels: 1 });
    folder.put({ 'cat/1.png': large });
    await project.import([folder.path], { inPlace: true });
    const thumbnail = thumbnailFile(project.path, sha256(large));
    expect(existsSync(thumbnail)).toBe(true);
    rmSync(thumbnail);
    const [id] = await project.client.dataset.imageIds({ projectId: project.projectId, filter: {} });
    expect(await project.picture(id ?? 0)).toBe(200);
    rmSync(thumbnail);
    rmSync(folder.at('cat/1.png'));
    expect(await project.picture(id ?? 0)).toBe(404);
  });
});
