import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { drawMark } from '../../app/core/dataset/marks.ts';
import { Random } from '../../app/core/dataset/random.ts';
import { encodePng } from '../../app/formats/images/plain-png.ts';
import { App } from './app.ts';

/** Pictures by their paths: `count` of each mark, in the folders of their splits. */
function marks(count: number, seed: number): Map<string, Uint8Array> {
  const random = new Random(seed);
  const files = new Map<string, Uint8Array>();
  for (let number = 0; number < count; number++) {
    for (const mark of ['X', 'O'] as const) {
      const split = number % 5 === 0 ? 'val' : 'train';
      const png = encodePng(drawMark(mark, 28, random), { width: 28, height: 28, channels: 1 });
      files.set(`marks/${split}/${mark}/${mark}-${number}.png`, png);
    }
  }
  return files;
}

function zipOf(files: ReadonlyMap<string, Uint8Array>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [path, bytes] of files) zip.addBuffer(Buffer.from(bytes), path);
  zip.end();
  return buffer(zip.outputStream);
}

describe('pictures of one’s own', () => {
  let app: App;
  let folder: string;
  beforeAll(async () => {
    app = await App.start();
    folder = mkdtempSync(join(tmpdir(), 'tessera-import-'));
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a zip dropped on the home screen is shown as it was understood, then taken in', async () => {
    const { page } = app;
    const files = marks(40, 7);
    files.set('marks/train/X/broken.png', Buffer.from('not a picture'));
    files.set('marks/train/X/again.png', files.get('marks/train/X/X-1.png') as Uint8Array);
    files.set('__MACOSX/marks/train/X/._X-1.png', Buffer.from('clutter'));
    await page.getByRole('heading', { name: 'From a folder of pictures to a classifier' }).waitFor();
    await app.drop(page.getByRole('main'), [
      { name: 'marks.zip', bytes: await zipOf(files), type: 'application/zip' },
    ]);
    await page.getByRole('heading', { name: '82 pictures in 2 classes' }).waitFor();
    await app.look('data-preview');
    await page.getByRole('button', { name: 'Import 82 pictures' }).click();
    await page.getByText('80 pictures added, 1 duplicate left out, 1 could not be read').waitFor();
    await page.getByText('Which ones').click();
    await page.getByText('marks/train/X/broken.png').first().waitFor();
    await page.getByText('Validation').first().waitFor();
    await app.look('data-imported');
  });

  test('a chosen folder joins what is there', async () => {
    const { page } = app;
    for (const [path, bytes] of marks(20, 8)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    await page.getByRole('button', { name: 'Add pictures' }).click();
    await page.locator('input[webkitdirectory]').first().setInputFiles(join(folder, 'marks'));
    await page.getByRole('button', { name: 'Import 40 pictures' }).click();
    await page.getByText('40 pictures added', { exact: true }).waitFor();
    await page.getByText('120 pictures', { exact: true }).first().waitFor();
  });

  test('the screen answers while thousands come in, and a cancelled import leaves nothing', async () => {
    const { page } = app;
    const bytes = await zipOf(marks(5000, 9));
    await app.drop(page.getByRole('main'), [{ name: 'many.zip', bytes, type: 'application/zip' }]);
    await page.getByRole('button', { name: 'Import 10,000 pictures' }).click();
    const cancel = page.getByRole('button', { name: 'Cancel the import' });
    await cancel.waitFor();
    const gap = await page.evaluate(longestGap, 500);
    console.log(
      `  while 10,000 pictures come in the longest time between two frames is ${Math.round(gap)} ms`,
    );
    await cancel.click();
    await app.noJobs();
    await page.getByText('120 pictures', { exact: true }).first().waitFor();
  });

  test('what cannot be read is refused in one sentence', async () => {
    const { page } = app;
    await page.getByRole('link', { name: 'All projects' }).click();
    await app.drop(page.getByRole('main'), [
      { name: 'evil.zip', bytes: Buffer.from('PK\x03\x04 and nothing else'), type: 'application/zip' },
    ]);
    await page.getByRole('alert').filter({ hasText: 'evil.zip is not a well-formed zip file' }).waitFor();
  });

  test('nothing was complained about in the console', () => expect(app.complaints).toEqual([]));
});

/** In the page: the longest time between two frames during `ms`. */
function longestGap(ms: number): Promise<number> {
  return new Promise((resolve) => {
    const begun = performance.now();
    let last = begun;
    let longest = 0;
    const frame = (now: number): void => {
      longest = Math.max(longest, now - last);
      last = now;
      if (now - begun < ms) requestAnimationFrame(frame);
      else resolve(longest);
    };
    requestAnimationFrame(frame);
  });
}
