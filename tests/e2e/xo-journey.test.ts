import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawMark } from '../../app/core/dataset/marks.ts';
import { Random } from '../../app/core/dataset/random.ts';
import { encodePng } from '../../app/formats/images/plain-png.ts';
import { App, screenshots } from './app.ts';

/** Drawn as those of the sample are, but not one of them. */
const unseenCross = (): Uint8Array =>
  encodePng(drawMark('X', 28, new Random(20_261)), { width: 28, height: 28, channels: 1 });

/** With the mouse, as large as the rings of the sample are. */
async function drawRing(page: Page): Promise<void> {
  const box = await page.getByLabel(/^Drawing area/).boundingBox();
  if (box === null) throw new Error('there is nothing to draw on');
  const radius = box.width * 0.3;
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.mouse.move(centre.x + radius, centre.y);
  await page.mouse.down();
  for (let turn = 1; turn <= 32; turn++) {
    const angle = (2 * Math.PI * turn) / 32;
    await page.mouse.move(centre.x + radius * Math.cos(angle), centre.y + radius * Math.sin(angle));
  }
  await page.mouse.up();
}

/** In the page: what is drawn on a canvas. */
const drawing = (canvas: HTMLCanvasElement): string => canvas.toDataURL();

/** What a person does with the sample, from the first look to the exported file; each test goes on from the one before. */
describe('X and O, from the home screen to an ONNX file', () => {
  let app: App;
  beforeAll(async () => {
    app = await App.start();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test('the home screen offers the sample and makes it', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Make the sample project X and O' }).waitFor();
    await app.look('home');
    await page.getByRole('button', { name: 'Make the sample project X and O' }).click();
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    await page.getByText('600 pictures', { exact: false }).first().waitFor();
    await app.noJobs();
    await app.look('data');
  });

  test('a picture is shown large, and as the numbers that it is', async () => {
    const { page } = app;
    const grid = page.getByRole('listbox');
    await grid.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: /\.png/ }).first().waitFor();
    await page.keyboard.press('n');
    await page.getByRole('region', { name: '28 rows of 28 values' }).waitFor();
    await app.look('data-numbers');
    await page.keyboard.press('Escape');
    await grid.waitFor();
  });

  test('a few pictures lose their label, get it back by a key, and it can be undone', async () => {
    const { page } = app;
    await app.open('Label');
    await page.getByText('600 of 600 labeled').waitFor();
    await app.look('label');
    for (const left of [599, 598, 597]) {
      await page.keyboard.press('Backspace');
      await page.getByText(`${left} of 600 labeled`).waitFor();
      await page.keyboard.press('ArrowRight');
    }
    for (const labeled of [598, 599, 600]) {
      await page.keyboard.press('u');
      await page.getByText('no label', { exact: true }).waitFor();
      const name = await page
        .getByRole('region', { name: 'The picture' })
        .getByRole('img')
        .getAttribute('alt');
      const right = page.getByRole('button', { name: new RegExp(`^\\d\\s*${name?.charAt(0)}\\s*\\d+$`) });
      await page.keyboard.press((await right.first().getAttribute('aria-keyshortcuts')) ?? '');
      await page.getByText(`${labeled} of 600 labeled`).waitFor();
    }
    await page.keyboard.press('Control+z');
    await page.getByText('599 of 600 labeled').waitFor();
    await page.reload();
    await page.getByText('599 of 600 labeled').waitFor();
    await page.keyboard.press('Control+Shift+z');
    await page.getByText('600 of 600 labeled').waitFor();
    await page.keyboard.press('g');
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    await app.look('label-grid');
    await page.keyboard.press('g');
  });

  test('training moves the curve, and the network tells X from O', async () => {
    const { page } = app;
    await app.open('Train');
    await page.getByRole('button', { name: 'Start training' }).waitFor();
    await app.look('train-before');
    const begun = performance.now();
    await page.getByRole('button', { name: 'Start training' }).click();
    const canvas = page.getByRole('region', { name: 'Curves of the chosen run' }).locator('canvas').first();
    const early = await canvas.evaluate(drawing);
    await page.getByText('done', { exact: true }).first().waitFor();
    const seconds = (performance.now() - begun) / 1000;
    expect(await canvas.evaluate(drawing)).not.toBe(early);
    const run = page.getByRole('region', { name: 'Runs' }).getByRole('row').nth(1);
    const [, best = '0'] = /(\d+(?:\.\d+)?) ?%/.exec(await run.innerText()) ?? [];
    console.log(
      `  xo: ${best} % validation accuracy, ${seconds.toFixed(1)} s from pressing Start to the end`,
    );
    expect(Number(best)).toBeGreaterThanOrEqual(99);
    await app.look('train');
  });

  test('a confusion cell opens its pictures', async () => {
    const { page } = app;
    await app.open('Evaluate');
    const cell = page
      .getByRole('grid', { name: /confusion/i })
      .getByRole('gridcell')
      .first();
    await cell.click();
    await page.getByRole('heading', { name: /recognised$/ }).waitFor();
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    await app.look('evaluate');
    mkdirSync(screenshots, { recursive: true });
    for (const [kind, begin] of [
      ['CSV', 'true \\ predicted,X,O\r\n'],
      ['SVG', '<svg xmlns='],
      ['PNG', '\x89PNG'],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: `Save Confusion matrix as ${kind}` }).click(),
      ]);
      const path = join(screenshots, `evaluate-matrix.${kind.toLowerCase()}`);
      await download.saveAs(path);
      expect(readFileSync(path, 'latin1').slice(0, begin.length)).toBe(begin);
    }
  });

  test('a dropped picture, a drawn one and a folder are answered', async () => {
    const { page } = app;
    await app.open('Use');
    await app.drop(page.getByRole('main'), [{ name: 'cross.png', bytes: unseenCross(), type: 'image/png' }]);
    await page.getByText(/^X, /).waitFor();
    await app.look('use');

    await drawRing(page);
    await page.getByText(/^O, /).waitFor();

    const folder = join(app.home, 'unseen');
    mkdirSync(folder);
    for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, `${name}.png`), unseenCross());
    await page.getByLabel('Folder on this computer').fill(folder);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const path = await page.getByRole('status').locator('code').textContent();
    const rows = readFileSync(path ?? '', 'utf8')
      .trim()
      .split('\n');
    expect(rows[0]).toMatch(/^file,label,confidence,[XO],[XO],problem\b/);
    expect(rows.filter((row) => /^[abc]\.png,X,/.test(row))).toHaveLength(3);
  });

  test('the exported model was judged and can be taken along', async () => {
    const { page } = app;
    await app.open('Share');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByText('Verified').waitFor();
    const path = (await page.locator('dd code').first().textContent()) ?? '';
    expect(existsSync(path)).toBe(true);
    expect(
      readFileSync(join(path, '..', 'labels.txt'), 'utf8')
        .trim()
        .split('\n')
        .toSorted(),
    ).toEqual(['O', 'X']);
    await app.look('share');
  });

  test('nothing was complained about in the console', () => expect(app.complaints).toEqual([]));
});
