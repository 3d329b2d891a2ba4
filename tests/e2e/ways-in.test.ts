import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawMark } from '../../app/core/dataset/marks.ts';
import { Random } from '../../app/core/dataset/random.ts';
import { encodePng } from '../../app/formats/images/plain-png.ts';
import { App } from './app.ts';

const random = new Random(11);
const mark = (which: 'X' | 'O'): Uint8Array =>
  encodePng(drawMark(which, 28, random), { width: 28, height: 28, channels: 1 });

/** Every way in besides a drop, and the way out, by the keyboard. */
describe('ways in and out', () => {
  let app: App;
  let folder: string;
  const put = (path: string, data: Uint8Array | string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), data);
  };

  beforeAll(async () => {
    app = await App.start();
    folder = mkdtempSync(join(tmpdir(), 'tessera-ways-'));
    for (const which of ['X', 'O'] as const) {
      for (let number = 0; number < 6; number++) put(`marks/${which}/${number}.png`, mark(which));
    }
    const rows = Array.from({ length: 6 }, (_, number) => {
      put(`listed/${number}.png`, mark('X'));
      return `${number}.png,cross,thin ${number % 2},test`;
    });
    put('listed/list.csv', ['picture,kind,stroke,part', ...rows].join('\n'));
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Types a path into the sheet that Ctrl+I opens, and looks into it. */
  async function givePath(path: string): Promise<void> {
    const { page } = app;
    await page.keyboard.press('Control+i');
    await page.getByRole('heading', { name: 'Add pictures' }).waitFor();
    await page.getByLabel('Or a path on this computer').fill(path);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Import \d/ }).waitFor();
  }

  test('a path, by the keyboard alone', async () => {
    const { page } = app;
    await page.getByRole('heading', { name: 'From a folder of pictures to a classifier' }).waitFor();
    await app.drop(page.getByRole('main'), [{ name: 'first.png', bytes: mark('O'), type: 'image/png' }]);
    await page.getByRole('button', { name: 'Import 1 picture' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('1 picture added').waitFor();
    await givePath(join(folder, 'marks'));
    await page.getByRole('button', { name: 'Import 12 pictures' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('12 pictures added').waitFor();
  });

  test('a list whose columns the person chooses', async () => {
    const { page } = app;
    await givePath(join(folder, 'listed/list.csv'));
    await page.getByRole('heading', { name: '6 pictures in 0 classes' }).waitFor();
    await page.getByLabel('Is the label').selectOption({ label: 'kind' });
    await page.getByRole('heading', { name: '6 pictures in 1 class' }).waitFor();
    await page.getByLabel('Is the split').selectOption({ label: 'part' });
    await page.getByText('Its own splits').waitFor({ state: 'attached' });
    await app.look('data-columns');
    await page.getByRole('button', { name: 'Import 6 pictures' }).press('Enter');
    await page.getByText('6 pictures added').waitFor();
    await page.getByRole('button', { name: /^cross: 6 pictures/ }).waitFor();
  });

  test('a pasted picture, with a label for all that is given', async () => {
    const { page } = app;
    const png = [...mark('X')];
    await page.evaluate((bytes) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([Uint8Array.from(bytes)], 'image.png', { type: 'image/png' }));
      document.body.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
      );
    }, png);
    await page.getByRole('heading', { name: 'What was understood of the clipboard' }).waitFor();
    await page.getByLabel('Label all of them').fill('cross');
    await page.getByRole('button', { name: 'Import 1 picture' }).press('Enter');
    await page.getByText('1 picture added', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^cross: 7 pictures/ }).waitFor();
    await page.getByRole('option', { name: /pasted \d{4}-\d\d-\d\d \d{6}\.png/ }).waitFor();
  });

  test('the camera: asked for, one by a press, more while it is held, then used', async () => {
    const { page } = app;
    await app.context.grantPermissions(['camera'], { origin: app.url.origin });
    await page.keyboard.press('Control+i');
    await page.getByRole('button', { name: 'Use the camera' }).press('Enter');
    expect(page.url()).toContain('camera=on');
    await app.look('data-camera-off');
    await page.getByRole('button', { name: 'Start the camera' }).press('Enter');
    const shutter = page.getByRole('button', { name: 'Hold to take pictures' });
    await shutter.waitFor();
    await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0);
    await shutter.press(' ');
    await page.getByText('1 picture taken').waitFor();
    await shutter.focus();
    await page.keyboard.down(' ');
    await page.getByText('4 pictures taken').waitFor();
    await page.keyboard.up(' ');
    await page
      .getByRole('button', { name: /^Throw picture \d+ away/ })
      .first()
      .press('Enter');
    await app.look('data-camera');
    await page.getByRole('button', { name: /^Use \d+ pictures/ }).press('Enter');
    await page.getByLabel('Label all of them').fill('me');
    await page.getByRole('button', { name: /^Import \d+ pictures/ }).press('Enter');
    await page.getByRole('button', { name: /^me: \d+ picture/ }).waitFor();
    expect(page.url()).not.toContain('camera');
  });

  test('a watched folder: what lies there, then what comes', async () => {
    const { page } = app;
    put('watched/round/1.png', mark('O'));
    await page.getByText('Watched folders').press('Enter');
    await page.getByLabel('Watch this folder').fill(join(folder, 'watched'));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^round: 1 picture/ }).waitFor();
    put('watched/round/2.png', mark('O'));
    await page.getByRole('button', { name: /^round: 2 pictures/ }).waitFor();
    await page.getByText('2 files seen').waitFor();
    await app.look('data-watched');
    await page.getByRole('button', { name: /^Stop watching/ }).press('Enter');
    await page.getByText('2 files seen').waitFor({ state: 'detached' });
    await page.getByText('Watched folders').press('Enter');
  });

  test('out again, and the folder is whole', async () => {
    const { page } = app;
    const out = join(folder, 'out');
    await page.getByText('Take the pictures out').press('Enter');
    await page.getByLabel('Into this folder').fill(out);
    await page.keyboard.press('Enter');
    await page.getByText('pictures written to').waitFor();
    await app.look('data-taken-out');
    expect(existsSync(join(out, 'classes.csv'))).toBe(true);
    expect(readFileSync(join(out, 'manifest.csv'), 'utf8')).toMatch(
      /^file_name,label,split,name,note,tags,excluded,other_names\r\n/,
    );
    await page.getByLabel('Into this folder').press('Enter');
    await page.getByRole('alert').filter({ hasText: 'already holds files' }).waitFor();
  });

  test('nothing was complained about in the console', () => expect(app.complaints).toEqual([]));
});
