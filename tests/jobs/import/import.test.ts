import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodePng } from '../../../app/formats/images/plain-png.ts';
import { imageFile, thumbnailFile } from '../../../app/storage/files.ts';
import { idx, idxLabels, idxPictures, png, pngs, TempFolder, zip } from '../../formats/layouts/sources.ts';
import { codeOf } from '../../services/harness.ts';
import { ImportingProject } from './importing-project.ts';

let project: ImportingProject;
beforeAll(async () => {
  project = await ImportingProject.create();
});
beforeEach(() => project.renew());
afterAll(() => project[Symbol.asyncDispose]());

const summary = () => project.client.dataset.summary({ projectId: project.projectId });
const classes = async () =>
  (await project.client.dataset.classes({ projectId: project.projectId })).map(({ name }) => name);

describe('import', () => {
  test('a folder: counts, splits and names kept, duplicates joined, a bad file skipped', async () => {
    using folder = new TempFolder();
    folder.put(pngs('train/dog/1.png', 'train/cat/2.png', 'val/cat/sub/3.png', 'test/dog/4.png'));
    folder.put({
      'train/cat/again.png': png(0),
      'train/cat/bad.jpg': 'not a picture',
      'train/cat/cut.png': png(9).subarray(0, 40),
      'train/cat/notes.txt': 'about them',
    });
    const result = await project.import([folder.path]);
    expect(result).toMatchObject({ added: 4, duplicates: 1, classes: ['dog', 'cat'] });
    expect(result.skipped.map(({ path }) => path).toSorted()).toEqual(
      ['bad.jpg', 'cut.png', 'notes.txt'].map((name) => folder.at(`train/cat/${name}`)),
    );
    for (const { reason } of result.skipped) expect(reason.length).toBeGreaterThan(5);
    expect(await project.pictures()).toEqual([
      'test/dog/4.png dog test',
      'train/cat/2.png cat train',
      'train/cat/again.png cat train',
      'val/cat/sub/3.png cat val',
    ]);
    expect(await summary()).toMatchObject({
      images: 4,
      labeled: 4,
      train: 2,
      val: 1,
      test: 1,
      problemCount: 3,
    });
    expect(project.originals()).toBe(4);
    const bytes = png(1);
    const hash = createHash('sha256').update(bytes).digest('hex');
    expect(readFileSync(imageFile(project.path, hash))).toEqual(Buffer.from(bytes));
    // All of it once more adds nothing.
    expect(await project.import([folder.path])).toMatchObject({ added: 0, duplicates: 5 });
  });

  test('what the project has is not decoded again; what was deleted or damaged is', async () => {
    using folder = new TempFolder();
    const large = (grey: number): Uint8Array =>
      encodePng(new Uint8Array(100 * 90).fill(grey), { width: 100, height: 90, channels: 1 });
    const pictures = [large(10), large(200), large(250)];
    const hashes = pictures.map((bytes) => createHash('sha256').update(bytes).digest('hex'));
    folder.put(Object.fromEntries(pictures.map((bytes, number) => [`${number}.png`, bytes])));
    await project.import([folder.path]);
    const { projectId, client, path } = project;
    const ids = await client.dataset.imageIds({ projectId, filter: {} });
    await client.dataset.deleteImages({ projectId, imageIds: ids.slice(1, 2) });
    writeFileSync(imageFile(path, hashes[2] ?? ''), 'shorter');
    const thumbnails = hashes.map((hash) => thumbnailFile(path, hash));
    // A thumbnail tells who was decoded.
    for (const file of thumbnails) rmSync(file);
    expect(await project.import([folder.path])).toMatchObject({ added: 1, duplicates: 2, skipped: [] });
    expect(thumbnails.map((file) => existsSync(file))).toEqual([false, true, true]);
    const { images } = await client.dataset.images({ projectId, filter: {}, offset: 0, limit: 9 });
    expect(images.map(({ width, height, channels }) => [width, height, channels])).toEqual([
      ...[
        [100, 90, 1],
        [100, 90, 1],
        [100, 90, 1],
      ],
    ]);
  });

  test('a zip, read to its end before it is closed', async () => {
    using folder = new TempFolder();
    const names = Array.from(
      { length: 150 },
      (_, index) => `${index % 2 === 0 ? 'cat' : 'dog'}/${index}.png`,
    );
    folder.put({
      'x.zip': zip(names.map((name, index) => ({ name, data: png(index), method: index % 3 ? 8 : 0 }))),
    });
    expect(await project.import([folder.at('x.zip')])).toEqual({
      kind: 'import',
      added: 150,
      duplicates: 0,
      skipped: [],
      classes: ['cat', 'dog'],
    });
    // They are all nearly the same, and stay together in runs of seven.
    expect(await summary()).toMatchObject({ images: 150, train: 122, val: 14, test: 14 });
  });

  test('IDX pairs: the split is kept, and the classes stand in the order of their numbers', async () => {
    using folder = new TempFolder();
    folder.put({
      'train-images-idx3-ubyte': idxPictures(12),
      'train-labels-idx1-ubyte': idxLabels(...Array.from({ length: 12 }, (_, index) => (index * 7 + 5) % 10)),
      't10k-images-idx3-ubyte': idx(8, [1, 2, 3], Buffer.alloc(6, 200)),
      't10k-labels-idx1-ubyte': idxLabels(4),
    });
    expect(await project.import([folder.path])).toMatchObject({ added: 13, skipped: [] });
    expect(await classes()).toEqual(Array.from({ length: 10 }, (_, digit) => String(digit)));
    const pictures = await project.pictures();
    expect(pictures).toContain('t10k/0.png 4 test');
    expect(pictures).toContain('train/00.png 5 train');
    expect(pictures).toHaveLength(13);
  });

  test('a split that was asked for stands above that of the source', async () => {
    using folder = new TempFolder();
    folder.put(pngs('train/cat/1.png', 'train/dog/2.png'));
    await project.import([folder.path], { split: 'test' });
    expect(await project.pictures()).toEqual(['train/cat/1.png cat test', 'train/dog/2.png dog test']);
  });

  test('a label that was asked for stands above that of the source', async () => {
    using folder = new TempFolder();
    folder.put(pngs('cat/1.png', 'dog/2.png', '3.png'));
    await project.import([folder.path], { className: 'animal', split: 'val' });
    expect((await project.pictures()).toSorted()).toEqual([
      ...['3.png animal val', 'cat/1.png animal val', 'dog/2.png animal val'],
    ]);
  });

  test('a Hugging Face folder, with the label in a column of one’s own choice', async () => {
    using folder = new TempFolder();
    folder.put(pngs('train/1.png', 'train/2.png'));
    folder.put({
      'train/metadata.jsonl': '{"file_name":"1.png","mood":"glad"}\n{"file_name":"2.png","mood":"sad"}\n',
    });
    const { columns } = await project.client.dataset.inspect({
      source: { paths: [folder.path] },
      layout: 'auto',
    });
    expect(columns).toEqual({
      names: ['file_name', 'mood'],
      chosen: { file: 'file_name', label: null, split: null },
    });
    await project.import([folder.path], { columns: { file: 'file_name', label: 'mood', split: null } });
    expect((await project.pictures()).toSorted()).toEqual([
      'train/1.png glad train',
      'train/2.png sad train',
    ]);
  });

  test('labels that look like something else stay text', async () => {
    using folder = new TempFolder();
    const labels = ['=cmd()', '__proto__', '\u202etac', '<img src=x>', 'a"b', 'two lines'];
    folder.put(pngs(...labels.map((_, index) => `${index}.png`)));
    const rows = labels.map(
      (label, index) => `${index}.png,"${label.replaceAll('"', '""').replace(' ', '\n')}"`,
    );
    folder.put({ 'list.csv': ['file_name,label', ...rows].join('\n') });
    await project.import([folder.at('list.csv')]);
    expect(await classes()).toEqual(labels);
  });

  test('a broken file of many pictures takes back the whole import', async () => {
    using folder = new TempFolder();
    folder.put({ 'train-images': idxPictures(4000).subarray(0, -1) });
    const job = await project.settled(await project.begin([folder.path]));
    expect(job).toMatchObject({ status: 'failed', error: { code: 'fileMalformed' } });
    expect(await summary()).toMatchObject({ images: 0, problemCount: 0 });
  });

  test('nothing to import fails before anything is begun', async () => {
    using folder = new TempFolder();
    const job = await project.settled(await project.begin([folder.path]));
    expect(job).toMatchObject({ status: 'failed', error: { code: 'importEmpty' } });
  });

  test('cancelled in the middle it leaves nothing', async () => {
    using folder = new TempFolder();
    folder.put(pngs('cat/1.png'));
    await project.import([folder.path]);
    const count = 30_000;
    const values = Buffer.alloc(count * 16);
    for (let picture = 0; picture < count; picture++) values.writeUInt32LE(picture, picture * 16);
    const labels = Uint8Array.from({ length: count }, (_, index) => index % 3);
    folder.put({
      'set/train-images': idx(8, [count, 4, 4], values),
      'set/train-labels': idx(8, [count], labels),
    });
    const jobId = await project.begin([folder.at('set')]);
    while ((await summary()).images < 1000) await new Promise((resolve) => setTimeout(resolve, 5));
    const { progress } = await project.client.jobs.get({ jobId });
    await project.client.jobs.cancel({ jobId });
    const job = await project.settled(jobId);
    expect(job.status).toBe('cancelled');
    expect(progress ?? 0).toBeLessThan(1);
    expect(await project.pictures()).toEqual(['cat/1.png cat train']);
    expect(await summary()).toMatchObject({ images: 1, problemCount: 0 });
    expect(await classes()).toEqual(['cat']);
    expect(project.originals()).toBe(1);
  });
});

describe('inspect', () => {
  const inspect = (paths: string[], layout: 'auto' | 'csv' = 'auto') =>
    project.client.dataset.inspect({ source: { paths }, layout });

  test('says what the import will do, and stores nothing', async () => {
    using folder = new TempFolder();
    const names = Array.from({ length: 60 }, (_, index) => `train/${'abc'[index % 3]}/${index}.png`);
    folder.put({
      ...pngs(...names),
      'train/a/0.jpg': 'not a picture',
      'train/a/x.doc': 'x',
      'val/b/x.png': png(99),
    });
    const preview = await inspect([folder.path]);
    expect(preview).toMatchObject({
      layout: 'folders',
      images: 62,
      classes: [
        { name: 'a', count: 21 },
        { name: 'b', count: 21 },
        { name: 'c', count: 20 },
      ],
      splits: { train: 61, val: 1, test: 0, none: 0 },
    });
    expect(preview.samples.map(({ className }) => className)).toEqual([...'bcabcabcabca']);
    for (const { dataUrl } of preview.samples) expect(dataUrl).toMatch(/^data:image\/webp;base64,[\w+/]+=*$/);
    expect(preview.problems.map(({ path }) => path)).toEqual([
      folder.at('train/a/0.jpg'),
      folder.at('train/a/x.doc'),
    ]);
    expect((await summary()).images).toBe(0);
    expect(await project.import([folder.path])).toMatchObject({ added: 61, classes: ['a', 'b', 'c'] });
  });

  test('IDX and zip', async () => {
    using folder = new TempFolder();
    folder.put({ 'train-images': idxPictures(5), 'train-labels': idxLabels(1, 1, 0, 1, 0) });
    folder.put({ 'x.zip': zip([{ name: 'cat/1.png', data: png() }]) });
    const files = ['train-images', 'train-labels'].map((name) => folder.at(name));
    expect(await inspect(files)).toMatchObject({
      layout: 'idx',
      images: 5,
      classes: [
        { name: '0', count: 2 },
        { name: '1', count: 3 },
      ],
      splits: { train: 5, val: 0, test: 0, none: 0 },
      problems: [],
    });
    expect(await inspect([folder.at('x.zip')])).toMatchObject({ layout: 'zip', images: 1, problems: [] });
  });

  test('what cannot be understood is said by its code', async () => {
    using folder = new TempFolder();
    folder.put({ 'x.tar': 'x', 'bad.zip': zip([{ name: '../x.png', data: png() }]), 'y.csv': 'id\n1' });
    expect(await codeOf(inspect([folder.at('gone')]))).toBe('fileNotFound');
    expect(await codeOf(inspect([folder.at('x.tar')]))).toBe('layoutUnknown');
    expect(await codeOf(inspect([folder.at('bad.zip')]))).toBe('archiveUnsafe');
    expect(await codeOf(inspect([folder.at('y.csv')]))).toBe('fileMalformed');
    expect(await codeOf(inspect([folder.path], 'csv'))).toBe('fileMalformed');
  });
});
