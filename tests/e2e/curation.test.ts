import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { App } from './app.ts';
import { scene } from './scenes.ts';

/** Twenty scenes of two classes; one again at another quality in the other class, one dark, one blurred. */
async function makePictures(folder: string): Promise<void> {
  for (const name of ['left', 'right']) mkdirSync(join(folder, name), { recursive: true });
  for (let number = 0; number < 20; number++) {
    writeFileSync(
      join(folder, number % 2 === 0 ? 'left' : 'right', `scene ${number}.jpg`),
      await scene(number),
    );
  }
  const again = sharp(await scene(0)).resize(240);
  writeFileSync(join(folder, 'right', 'again.jpg'), await again.jpeg({ quality: 60 }).toBuffer());
  writeFileSync(join(folder, 'left', 'broken.jpg'), 'this is no picture');
  const dark = sharp(await scene(50)).linear(0.08, 0);
  writeFileSync(join(folder, 'left', 'dark.jpg'), await dark.jpeg().toBuffer());
  writeFileSync(
    join(folder, 'left', 'blurred.jpg'),
    await sharp(await scene(51))
      .blur(9)
      .jpeg()
      .toBuffer(),
  );
}

describe('what is wrong with pictures is found, shown and put right', () => {
  let app: App;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tessera-curation-'));
    await makePictures(join(folder, 'scenes'));
    app = await App.start();
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const quality = (name: RegExp) =>
    app.page.getByRole('list', { name: 'Quality' }).getByRole('button', { name });

  test('the report counts, and a number opens its pictures', async () => {
    const { page } = app;
    await page.locator('input[webkitdirectory]').first().setInputFiles(join(folder, 'scenes'));
    await page.getByRole('button', { name: 'Import 24 pictures' }).click();
    await page.getByText('23 pictures added').waitFor();
    await page.locator('summary', { hasText: 'Files that could not be read' }).press('Enter');
    const unreadable = page.getByRole('list', { name: 'Files that could not be read' }).getByRole('listitem');
    expect(await unreadable.allInnerTexts()).toEqual([expect.stringMatching(/left\/broken\.jpg\s+\S/)]);
    await quality(/^Near duplicates: 2 pictures/).waitFor();
    await quality(/^Label conflicts: 2 pictures/).waitFor();
    // The dark one has hardly any edges either.
    await quality(/^Blurry: /).press('Enter');
    await page.getByRole('option', { name: /blurred\.jpg/ }).waitFor();
    await page.getByRole('option', { name: /scene 1\.jpg/ }).waitFor({ state: 'detached' });
    await quality(/^Blurry: /).press('Enter');
    await quality(/^Very dark: 1 picture/).press('Enter');
    await page.getByText('1 of 23 pictures').waitFor();
    await page.getByRole('option', { name: /dark\.jpg/ }).waitFor();
    await app.look('curation');
    await quality(/^Very dark/).press('Enter');
  });

  test('a pair is looked at side by side, and one is kept', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Compare duplicates' }).press('Enter');
    await page.getByText('Group 1 of 1').waitFor();
    await page.getByText('These have different labels.').waitFor();
    await app.look('pairs');
    await page.getByRole('button', { name: /^Class of .*again\.jpg: right$/ }).press('Enter');
    await page.getByRole('menuitem', { name: 'left' }).press('Enter');
    await page.getByRole('button', { name: /^Class of .*again\.jpg: left$/ }).waitFor();
    await page.getByText('These have different labels.').waitFor({ state: 'detached' });
    await page.keyboard.press('1');
    await page.getByText('No two pictures show nearly the same.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('22 pictures', { exact: true }).first().waitFor();
  });

  test('several are chosen with the mouse: by ranges, one more, and a frame', async () => {
    const { page } = app;
    // Rows take turns: their order on the page is not that of the pictures.
    const tile = (place: number) => page.locator(`[role=option][aria-posinset="${place + 1}"]`);
    await tile(1).click();
    await tile(4).click({ modifiers: ['Shift'] });
    await page.getByText('4 chosen').waitFor();
    await tile(6).click({ modifiers: ['ControlOrMeta'] });
    await page.getByText('5 chosen').waitFor();
    await tile(2).click({ modifiers: ['ControlOrMeta'] });
    await page.getByText('4 chosen').waitFor();
    const [first, last] = [await tile(0).boundingBox(), await tile(2).boundingBox()];
    if (first === null || last === null) throw new Error('the pictures are not on the screen');
    await page.mouse.move(first.x + 2, first.y + 2);
    await page.mouse.down();
    await page.mouse.move(last.x + 10, last.y + 20, { steps: 4 });
    await page.mouse.up();
    await page.getByText('3 chosen').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('3 chosen').waitFor({ state: 'detached' });
  });

  test('a note, a tag and exclusion are kept, found again and frozen in a version', async () => {
    const { page } = app;
    await page.getByLabel('Name of the version').waitFor({ state: 'attached' });
    await page.locator('summary', { hasText: 'Versions' }).press('Enter');
    await page.getByLabel('Name of the version').fill('before');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Compare before with now' }).waitFor();

    await page.getByRole('listbox', { name: 'Pictures' }).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Note' }).fill('look again');
    await page.keyboard.press('Tab');
    await page.getByRole('textbox', { name: 'Tag' }).fill('rain');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Take the tag rain away' }).waitFor();
    await page.getByRole('button', { name: /^Exclude/ }).press('Enter');
    await page.getByRole('button', { name: /^Take in again/ }).waitFor();
    await app.look('picture-marks');
    await page.keyboard.press('Escape');
    await page.getByRole('option', { name: /excluded, look again, rain/ }).waitFor();
    await page.getByRole('button', { name: 'Compare before with now' }).press('Enter');
    await page.getByText('1 picture removed').waitFor();
    await page.getByRole('checkbox', { name: 'Lock the test set' }).press('Space');
    await app.look('curation-version');
    expect(app.complaints).toEqual([]);
  });
});
