import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePng } from '../../app/formats/images/plain-png.ts';
import { App } from './app.ts';

/** A trained model put to use: a whole folder, other programs, and a start for the next one. */
describe('a trained model in use', () => {
  const slow = { timeout: 60_000 };
  let app: App;
  let pictures = '';
  beforeAll(async () => {
    app = await App.start();
    const { page } = app;
    await page.getByRole('button', { name: 'Make the sample project X and O' }).click();
    await page.getByText('600 pictures', { exact: false }).first().waitFor();
    await app.noJobs();
    await app.open('Train');
    await page.getByText('480 to train', { exact: false }).waitFor();
    await page.getByLabel('Epochs', { exact: true }).fill('2');
    await page.getByLabel('Epochs', { exact: true }).press('Tab');
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.getByRole('cell', { name: 'done' }).waitFor(slow);
    pictures = join(app.home, 'pictures');
    mkdirSync(pictures);
    for (let at = 0; at < 40; at += 1) {
      const pixels = Uint8Array.from({ length: 784 }, (_, pixel) => ((pixel * (at + 3)) >> 3) & 255);
      writeFileSync(join(pictures, `${at}.png`), encodePng(pixels, { width: 28, height: 28, channels: 1 }));
    }
    writeFileSync(join(pictures, 'broken.png'), 'no picture');
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test('a folder is sorted, by the keyboard alone', async () => {
    const { page } = app;
    await app.open('Use');
    const out = join(app.home, 'sorted');
    await page.getByRole('radio', { name: 'CSV' }).focus();
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('radio', { name: 'Sorted folders' }).isChecked()).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Tab');
    await page.keyboard.type(out);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type(pictures);
    await page.keyboard.press('Enter');
    await page.getByText('40 pictures', { exact: false }).waitFor(slow);
    const unreadable = page.locator('summary').filter({ hasText: '1 file could not be read' });
    await unreadable.click();
    await page.getByText('broken.png').first().waitFor();
    expect(existsSync(join(out, 'predictions.csv'))).toBe(true);
    const copies = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.png'),
    );
    expect(copies).toHaveLength(40);
    await page.getByRole('heading', { name: 'A whole folder' }).scrollIntoViewIfNeeded();
    await app.look('use-folder');
  });

  test('a table can be fetched, and goes where it was asked for', async () => {
    const { page } = app;
    await page.getByRole('radio', { name: 'JSON Lines' }).check();
    await page.getByLabel('Write to').fill('');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const link = page.getByRole('link', { name: 'Download it' });
    await link.waitFor(slow);
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(41);
  });

  test('other programs ask it once it is switched on', async () => {
    const { page } = app;
    await app.open('Share');
    const section = page.getByRole('region', { name: 'Local prediction server' });
    await section.getByLabel('Port').fill('0');
    await section.getByLabel('Port').press('Tab');
    await section.getByRole('button', { name: 'Start the server' }).click();
    const url = (await section.locator('dd code').first().textContent(slow)) ?? '';
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const answer = await fetch(`${url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: readFileSync(join(pictures, '0.png')),
    });
    expect(await answer.json()).toMatchObject({ predictions: [{}, {}] });
    await section.getByText('1, 1 picture answered').waitFor();
    await section.scrollIntoViewIfNeeded();
    await app.look('share-server');
    // Another one on the port that is taken already, by this very server's neighbour: the app's own.
    await section.getByLabel('Port').fill(app.url.port);
    await section.getByLabel('Port').press('Tab');
    await section.getByRole('button', { name: 'Serve this instead' }).click();
    await section.getByText(`Port ${app.url.port} of this computer is taken`, { exact: false }).waitFor();
    await section.getByText('off', { exact: true }).waitFor();
    await app.look('share-server-taken');
  });

  test('a bundle and a model of 8 bits leave with their certificates', async () => {
    const { page } = app;
    await page.getByRole('radio', { name: /^Bundle/ }).check();
    await page.getByRole('textbox', { name: 'Model card' }).waitFor();
    await page.getByRole('button', { name: 'Export', exact: true }).press('Enter');
    const certificate = page.getByRole('region', { name: 'Parity certificate' });
    await certificate.getByText('Verified', { exact: true }).waitFor(slow);
    await certificate.getByText('model.onnx', { exact: true }).waitFor();
    await app.look('share-bundle');
    await page.getByRole('radio', { name: /^ONNX, 8 bits/ }).check();
    await page.getByRole('button', { name: 'Export', exact: true }).press('Enter');
    const quantised = page.getByRole('region', { name: '8 bits beside the full model' });
    await quantised.getByRole('row', { name: /^8 bits/ }).waitFor(slow);
    await app.look('share-int8');
  });

  test('what goes on learning of pretrained weights is a plain choice, with the rates stated', async () => {
    const { page } = app;
    await app.open('Train');
    // The settings of the last run are taken first.
    await page.getByText('480 to train', { exact: false }).waitFor();
    const start = page.getByRole('combobox', { name: 'Start from' });
    await start.selectOption('last');
    const summary = page.locator('summary').filter({ hasText: '4 parts learn, 15 stay as they are' });
    await summary.waitFor(slow);
    await summary.click();
    await page.getByText('rate 0.0003').waitFor();
    await page.getByText('rate 0.00024').waitFor();
    const blocks = page.getByRole('slider', { name: 'Last blocks that learn' });
    await blocks.focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('summary').filter({ hasText: '5 parts learn, 14 stay as they are' }).waitFor();
    await app.look('train-fine-tune');
    await start.selectOption('all');
    await page.locator('summary').filter({ hasText: 'All 19 parts learn' }).waitFor();
    await start.selectOption('head');
    expect(await page.getByRole('slider', { name: 'Each earlier block learns' }).count()).toBe(0);
  });

  test('in Korean too', async () => {
    const { page } = app;
    await page.evaluate(() => localStorage.setItem('tessera.language', 'ko'));
    await page.reload();
    for (const [screen, name] of [
      ['사용', 'use-folder-ko'],
      ['내보내기', 'share-server-ko'],
      ['학습', 'train-fine-tune-ko'],
    ] as const) {
      await page.getByRole('link', { name: screen, exact: true }).click();
      await page.getByRole('main', { name: screen }).waitFor();
      await app.screenshot(name);
    }
    expect(app.complaints).toEqual([]);
  });
});
