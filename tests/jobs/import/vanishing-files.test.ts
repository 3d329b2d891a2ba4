/** Files that go away, or become others, between the moment when they were found and the one when they are read. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findPictures } from '../../../app/formats/layouts/find-pictures.ts';
import { storePictures } from '../../../app/jobs/tasks/store-pictures.ts';
import { noisy } from '../../formats/images/pictures.ts';
import { collected, png, pngs, TempFolder, zip } from '../../formats/layouts/sources.ts';
import { RecordingContext } from '../recording-context.ts';
import { ImportingProject } from './importing-project.ts';

const gone = 'it is not there any more';

/** Finds the pictures at a path, lets `meanwhile` happen, and puts them into a project's folder. */
async function imported(path: string, meanwhile: () => void) {
  using project = new TempFolder();
  const context = new RecordingContext();
  await using found = await findPictures([path], 'auto');
  const listed = await collected(found.pictures());
  meanwhile();
  await storePictures({ pictures: listed, total: listed.length }, project.path, context);
  return {
    stored: context.stored.map(({ name }) => name),
    skipped: Object.fromEntries(context.skipped.map(({ path: at, reason }) => [at, reason])),
    count: context.skipped.length,
  };
}

describe('files that were found and then', () => {
  test('deleted, replaced by something else, or cut short are named once; the rest comes in', async () => {
    using folder = new TempFolder();
    folder.put(pngs('a/1.png', 'a/2.png', 'a/3.png', 'a/4.png', 'a/5.png', 'b/6.png', 'b/7.png'));
    folder.put({ 'a/8.jpg': await noisy(80, 80).jpeg().toBuffer() });
    const { stored, skipped, count } = await imported(folder.path, () => {
      rmSync(folder.at('a/1.png'));
      rmSync(folder.at('a/2.png'));
      mkdirSync(folder.at('a/2.png'));
      writeFileSync(folder.at('a/3.png'), '');
      truncateSync(folder.at('a/8.jpg'), 900);
      // Another picture than the one that was found is as good as that.
      writeFileSync(folder.at('a/4.png'), png(400));
      renameSync(folder.at('b'), folder.at('c'));
    });
    expect(stored).toEqual(['a/4.png', 'a/5.png']);
    expect(skipped).toEqual({
      [folder.at('a/1.png')]: gone,
      [folder.at('a/2.png')]: 'it is not a regular file',
      [folder.at('a/3.png')]: 'the file is empty',
      [folder.at('a/8.jpg')]: 'it is cut short or damaged',
      [folder.at('b/6.png')]: gone,
      [folder.at('b/7.png')]: gone,
    });
    expect(count).toBe(6);
  });

  test.skipIf(process.platform === 'win32')(
    'made a link or a pipe are neither followed nor waited for',
    async () => {
      using folder = new TempFolder();
      using elsewhere = new TempFolder();
      elsewhere.put({ 'secret.png': png(99) });
      folder.put(pngs('1.png', '2.png', '3.png'));
      const { stored, skipped } = await imported(folder.path, () => {
        rmSync(folder.at('1.png'));
        symlinkSync(elsewhere.at('secret.png'), folder.at('1.png'));
        rmSync(folder.at('2.png'));
        execFileSync('mkfifo', [folder.at('2.png')]);
      });
      expect(stored).toEqual(['3.png']);
      expect(skipped).toEqual({
        [folder.at('1.png')]: 'it is a link; links are not followed',
        [folder.at('2.png')]: 'it is not a regular file',
      });
    },
  );

  test('an archive that is gone gives a reason for each of its pictures', async () => {
    using folder = new TempFolder();
    folder.put({ 'x.zip': zip(['a/1.png', 'a/2.png'].map((name, number) => ({ name, data: png(number) }))) });
    const { stored, skipped } = await imported(folder.at('x.zip'), () => rmSync(folder.at('x.zip')));
    expect(stored).toEqual([]);
    expect(Object.values(skipped)).toEqual([gone, gone]);
  });
});

describe('while an import runs', () => {
  let project: ImportingProject;
  beforeAll(async () => {
    project = await ImportingProject.create();
  });
  beforeEach(() => project.renew());
  afterAll(() => project[Symbol.asyncDispose]());

  test('a part of a folder is deleted: what was read is kept, the rest is named, each once', async () => {
    using folder = new TempFolder();
    const count = 4000;
    const names = Array.from({ length: count }, (_, number) => `${number < 2500 ? 'a' : 'b'}/${number}.png`);
    folder.put(pngs(...names));
    const jobId = await project.begin([folder.path]);
    // All were found, and the first thousand are committed; what is read ahead is less than what is left.
    while (((await project.client.jobs.get({ jobId })).progress ?? 0) === 0) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    rmSync(folder.at('b'), { recursive: true });
    const job = await project.settled(jobId);
    if (job.result?.kind !== 'import') throw new Error(job.error?.message);
    const { added, skipped } = job.result;
    expect(added + skipped.length).toBe(count);
    expect(new Set(skipped.map(({ path }) => path)).size).toBe(skipped.length);
    expect(skipped.filter(({ reason }) => reason !== gone)).toEqual([]);
    expect(added).toBeGreaterThanOrEqual(2500);
    expect(skipped.length).toBeGreaterThan(0);
    expect(project.originals()).toBe(added);
  }, 180_000);

  test('the whole folder goes: the import ends, and says so of every file', async () => {
    using folder = new TempFolder();
    folder.put(pngs(...Array.from({ length: 300 }, (_, number) => `a/${number}.png`)));
    const jobId = await project.begin([folder.path]);
    rmSync(folder.at('a'), { recursive: true });
    const job = await project.settled(jobId);
    // Before it was looked at there was nothing to import; after that each file that was found has its reason.
    if (job.result?.kind === 'import') {
      const { added, skipped } = job.result;
      const paths = new Set(skipped.map(({ path }) => path));
      expect(paths.size).toBe(skipped.length);
      expect(added + paths.size).toBeGreaterThan(0);
      expect(added + paths.size).toBeLessThanOrEqual(300);
      expect(skipped.filter(({ reason }) => reason !== gone)).toEqual([]);
    } else {
      expect(job).toMatchObject({ status: 'failed', error: { code: 'importEmpty' } });
    }
  });
});
