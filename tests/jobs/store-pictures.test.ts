import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { TesseraError } from '../../app/contract/index.ts';
import type { FoundPicture } from '../../app/formats/found-picture.ts';
import { encodePng } from '../../app/formats/images/plain-png.ts';
import { runRender } from '../../app/jobs/tasks/render.ts';
import { runSample } from '../../app/jobs/tasks/sample.ts';
import { storePictures } from '../../app/jobs/tasks/store-pictures.ts';
import { imageFile, renderedFile, thumbnailFile } from '../../app/storage/files.ts';
import { RecordingContext } from './recording-context.ts';
import { temporaryFolder } from './temporary-folder.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A grey picture of 4 × 4 whose pixels tell its number. */
const numbered = (number: number): Uint8Array => {
  const pixels = new Uint8Array(16);
  new DataView(pixels.buffer).setUint32(0, number);
  return encodePng(pixels, { width: 4, height: 4, channels: 1 });
};

const found = (name: string, bytes: Uint8Array, more: Partial<FoundPicture> = {}): FoundPicture => ({
  name,
  path: `/from/${name}`,
  className: null,
  split: null,
  read: async () => bytes,
  ...more,
});

const photo = (): Promise<Buffer> =>
  sharp({ create: { width: 320, height: 200, channels: 3, background: '#3264c8' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();

describe('storing found pictures', () => {
  it('keeps the file as it is under its hash, and says what it is', async () => {
    const project = temporaryFolder();
    const context = new RecordingContext();
    const file = await photo();
    const picture = found('a/b.jpg', file, { className: 'blue', split: 'val' });
    expect(await storePictures({ pictures: [picture], total: 1 }, project, context)).toEqual({
      classes: ['blue'],
    });
    const hash = sha256(file);
    expect(context.stored).toEqual([
      {
        ...{ hash, name: 'a/b.jpg', className: 'blue', split: 'val' },
        ...{ width: 200, height: 320, channels: 3, bytes: file.length },
        measures: expect.objectContaining({ takenAt: null, fingerprint: expect.any(String) }),
      },
    ]);
    expect(Buffer.compare(readFileSync(imageFile(project, hash)), file)).toBe(0);
    expect(await sharp(readFileSync(thumbnailFile(project, hash))).metadata()).toMatchObject({
      ...{ format: 'webp', width: 160, height: 256 },
    });
  });

  it('keeps the source’s order over many chunks, and counts up to the end', async () => {
    const context = new RecordingContext();
    const count = 1100;
    const pictures = Array.from({ length: count }, (_, number) =>
      found(`${number}.png`, numbered(number), {
        className: `class ${number % 3}`,
        // The later ones are there earlier.
        read: () =>
          new Promise((resolve) => setTimeout(() => resolve(numbered(number)), number % 7 === 0 ? 3 : 0)),
      }),
    );
    const { classes } = await storePictures({ pictures, total: count }, temporaryFolder(), context);
    expect(classes).toEqual(['class 0', 'class 1', 'class 2']);
    expect(context.stored.map(({ name }) => name)).toEqual(pictures.map(({ name }) => name));
    expect(context.chunks.length).toBeGreaterThan(1);
    expect(context.reports.at(-1)).toEqual({ done: count, total: count, detail: '1,100 of 1,100 pictures' });
  });

  it('a file is on the disk before its row is sent', async () => {
    const project = temporaryFolder();
    const sent: boolean[] = [];
    const context = new RecordingContext((images) => {
      sent.push(...images.map(({ hash }) => existsSync(imageFile(project, hash))));
    });
    const pictures = Array.from({ length: 1100 }, (_, number) => found(`${number}.png`, numbered(number)));
    await storePictures({ pictures, total: null }, project, context);
    expect(sent).toEqual(Array<boolean>(1100).fill(true));
  });

  it('bad files are skipped with the reason, and stop nothing', async () => {
    const context = new RecordingContext();
    const gone = new TesseraError('fileUnreadable', {
      path: '/from/locked.jpg',
      reason: 'permission denied',
    });
    const pictures = [
      found('empty.jpg', new Uint8Array()),
      found('good.png', numbered(1)),
      found('text.jpg', Buffer.from('<svg onload="alert(1)"/>')),
      found('cut.jpg', (await photo()).subarray(0, 300)),
      found('locked.jpg', new Uint8Array(), { read: () => Promise.reject(gone) }),
      found('odd.jpg', new Uint8Array(), { read: () => Promise.reject(new Error('no such luck')) }),
      found('good too.png', numbered(2)),
    ];
    const before = { path: '/from/pipe', reason: 'it is not a regular file' };
    await storePictures({ pictures, total: 7, skipped: [before] }, temporaryFolder(), context);
    expect(context.stored.map(({ name }) => name)).toEqual(['good.png', 'good too.png']);
    expect(context.skipped).toEqual([
      before,
      { path: '/from/empty.jpg', reason: 'the file is empty' },
      { path: '/from/text.jpg', reason: 'SVG drawings are not read; save it as PNG' },
      { path: '/from/cut.jpg', reason: 'it is cut short or damaged' },
      { path: '/from/locked.jpg', reason: 'permission denied' },
      { path: '/from/odd.jpg', reason: expect.stringContaining('no such luck') as string },
    ]);
    expect(context.reports.at(-1)?.done).toBe(7);
  });

  it('a thousand names of the same bytes are one file and a thousand rows', async () => {
    const project = temporaryFolder();
    const context = new RecordingContext();
    const pictures = Array.from({ length: 1000 }, (_, number) => found(`${number}.png`, numbered(7)));
    await storePictures({ pictures, total: 1000 }, project, context);
    expect(context.stored.length).toBe(1000);
    expect(new Set(context.stored.map(({ hash }) => hash)).size).toBe(1);
    expect(
      readdirSync(join(project, 'images'), { recursive: true, withFileTypes: true }).filter((e) => e.isFile())
        .length,
    ).toBe(1);
  });

  it('names and classes are data: nothing of them becomes a path', async () => {
    const project = temporaryFolder();
    const context = new RecordingContext();
    const names = [
      '../../x.png',
      'a\nb.png',
      '-rf',
      '"q\'.png',
      'CON.jpg',
      `${'n'.repeat(250)}.png`,
      'é.png'.normalize('NFD'),
    ];
    const pictures = names.map((name, number) => found(name, numbered(number), { className: '__proto__' }));
    expect(await storePictures({ pictures, total: null }, project, context)).toEqual({
      classes: ['__proto__'],
    });
    expect(context.stored.map(({ name }) => name)).toEqual(names);
    expect(readdirSync(project)).toEqual(['images']);
  });

  it('nothing found is nothing stored', async () => {
    const context = new RecordingContext();
    expect(await storePictures({ pictures: [], total: 0 }, temporaryFolder(), context)).toEqual({
      classes: [],
    });
    expect(context.chunks).toEqual([]);
  });

  it('ends with the reason when it is cancelled, closes the source and writes nothing afterwards', async () => {
    const project = temporaryFolder();
    const reason = new TesseraError('cancelled');
    const context: RecordingContext = new RecordingContext(() => context.cancel(reason));
    let isClosed = false;
    async function* endless(): AsyncGenerator<FoundPicture> {
      try {
        for (let number = 0; ; number++) yield found(`${number}.png`, numbered(number));
      } finally {
        isClosed = true;
      }
    }
    await expect(storePictures({ pictures: endless(), total: null }, project, context)).rejects.toBe(reason);
    expect(isClosed).toBe(true);
    const files = (): number => readdirSync(project, { recursive: true }).length;
    const then = files();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(files()).toBe(then);
  });

  it('fails with what the source throws', async () => {
    const broken = new TesseraError('fileMalformed', {
      path: 'x.zip',
      format: 'zip',
      reason: 'it ends early',
    });
    async function* source(): AsyncGenerator<FoundPicture> {
      throw broken;
    }
    await expect(
      storePictures({ pictures: source(), total: null }, temporaryFolder(), new RecordingContext()),
    ).rejects.toBe(broken);
  });

  it('a project that cannot be written is named', async () => {
    const project = temporaryFolder();
    await writeFile(join(project, 'images'), 'a file where the folder should be');
    await expect(
      storePictures({ pictures: [found('a.png', numbered(1))], total: 1 }, project, new RecordingContext()),
    ).rejects.toMatchObject({ code: 'projectNotWritable', details: { path: project } });
  });
});

describe('pictures of the cache', () => {
  async function stored(file: Uint8Array): Promise<{ project: string; hash: string }> {
    const project = temporaryFolder();
    await storePictures({ pictures: [found('a', file)], total: 1 }, project, new RecordingContext());
    return { project, hash: sha256(file) };
  }

  const rendered = (projectPath: string, hash: string, size: 'thumb' | 'full') =>
    runRender({ kind: 'render', projectPath, hash, size, elsewhere: join(projectPath, 'elsewhere') });

  it('a thumbnail that was not made on import is made when asked', async () => {
    const { project, hash } = await stored(numbered(3));
    const path = thumbnailFile(project, hash);
    expect(existsSync(path)).toBe(false);
    expect(await rendered(project, hash, 'thumb')).toEqual({ path });
    expect(await sharp(readFileSync(path)).metadata()).toMatchObject({ format: 'webp', width: 4, height: 4 });
  });

  it('the whole picture is upright and a PNG', async () => {
    const { project, hash } = await stored(await photo());
    const path = renderedFile(project, hash);
    expect(await rendered(project, hash, 'full')).toEqual({ path });
    const { format, width, height, orientation } = await sharp(readFileSync(path)).metadata();
    expect({ format, width, height, orientation }).toEqual({
      format: 'png',
      width: 200,
      height: 320,
      orientation: undefined,
    });
  });

  it('a picture that the disk of the project does not take lies elsewhere', async () => {
    const { project, hash } = await stored(await photo());
    await writeFile(join(project, 'cache', 'full'), 'a file where the folder should be');
    const { path } = await rendered(project, hash, 'full');
    expect(path).toBe(join(project, 'elsewhere', `${hash}.png`));
    expect(await sharp(readFileSync(path)).metadata()).toMatchObject({ width: 200, height: 320 });
  });

  it('an original that is gone, or was changed on the disk, is named', async () => {
    const { project, hash } = await stored(await photo());
    const original = imageFile(project, hash);
    await chmod(original, 0o600);
    await writeFile(original, 'not a picture any more');
    await expect(rendered(project, hash, 'full')).rejects.toMatchObject({
      code: 'pictureUnreadable',
      details: { path: original },
    });
    const other = temporaryFolder();
    await mkdir(join(other, 'images'));
    await expect(rendered(other, hash, 'full')).rejects.toMatchObject({ code: 'fileNotFound' });
    expect(existsSync(renderedFile(project, hash))).toBe(false);
  });
});

it('a sample fills a project', async () => {
  const project = temporaryFolder();
  const context = new RecordingContext();
  const { classes } = await runSample({ kind: 'sample', projectPath: project, sample: 'xo' }, context);
  expect(classes).toEqual(['X', 'O']);
  expect(context.stored.length).toBe(600);
  expect(context.stored.every(({ hash }) => existsSync(imageFile(project, hash)))).toBe(true);
  expect(context.reports.at(-1)).toMatchObject({ done: 600, total: 600 });
});
