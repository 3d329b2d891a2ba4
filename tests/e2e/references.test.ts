import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectStores } from '../../app/storage/projects.ts';
import { App } from './app.ts';

describe('originals outside of the project, by keyboard alone', () => {
  let app: App;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tessera-references-'));
    for (const name of ['left', 'right']) mkdirSync(join(folder, 'photos', name), { recursive: true });
    for (let number = 0; number < 6; number++) {
      const color = { r: 40 * number, g: 255 - 40 * number, b: 90 };
      const picture = sharp({ create: { width: 120, height: 90, channels: 3, background: color } });
      const name = join(folder, 'photos', number % 2 === 0 ? 'left' : 'right', `${number}.png`);
      writeFileSync(name, await picture.png().toBuffer());
    }
    app = await App.start();
    using _ = projectStores.create(join(app.home, 'lean'), 'Lean');
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  test('are marked, missed, found again and brought in', async () => {
    const { page } = app;
    const press = async (name: string): Promise<void> => {
      await page.getByRole('button', { name, exact: true }).first().focus();
      await page.keyboard.press('Enter');
    };
    await press('Open a project');
    await page.getByLabel('Folder of the project').fill(join(app.home, 'lean'));
    await page.keyboard.press('Enter');
    await page.getByLabel('Or a path on this computer').fill(join(folder, 'photos'));
    await page.keyboard.press('Enter');
    await page.getByLabel('Originals').selectOption('inPlace');
    await page.getByRole('button', { name: /^Import 6/ }).focus();
    await page.keyboard.press('Enter');
    await page
      .getByRole('option', { name: /referenced in place/ })
      .first()
      .waitFor();
    await app.look('originals');
    renameSync(join(folder, 'photos'), join(folder, 'elsewhere'));
    await press('Check again');
    await page.getByText('6 files are not where they were').waitFor();
    await page
      .getByRole('option', { name: /original missing/ })
      .first()
      .waitFor();
    await app.look('originals-missing');
    await page.getByLabel('They are below this folder now').fill(join(folder, 'elsewhere'));
    await page.keyboard.press('Enter');
    await page.getByText('All 6 pictures found again').waitFor();
    await press('Bring all in');
    await page.getByText('6 pictures are in the project now').waitFor();
    await app.look('originals-in');
    expect(await page.getByRole('option', { name: /referenced in place/ }).count()).toBe(0);
    expect(app.complaints).toEqual([]);
  });
});
