import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRouterClient } from '@orpc/server';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawMark } from '../../app/core/dataset/marks.ts';
import { Random } from '../../app/core/dataset/random.ts';
import { encodePng } from '../../app/formats/images/plain-png.ts';
import { spawnNodeWorker } from '../../app/jobs/spawn-node.ts';
import { composeServices } from '../../app/services/compose.ts';
import { App } from './app.ts';

/** `TESSERA_FLOWERS=1` labels 500 photographs; otherwise a few drawings. */
const wantsFlowers = process.env['TESSERA_FLOWERS'] === '1';
const flowers = fileURLToPath(new URL('../../../shared/data/flowers.zip', import.meta.url));
const isMissing = wantsFlowers && !existsSync(flowers);
if (isMissing) console.warn(`  SKIPPED: ${flowers} is not there, so nobody labels 500 photographs`);
const count = wantsFlowers ? 500 : 24;

/** A folder of drawings below the folders of their classes. */
function drawings(folder: string): string {
  const random = new Random(4);
  for (const mark of ['X', 'O'] as const) {
    mkdirSync(join(folder, mark), { recursive: true });
    for (let number = 0; number < count / 2; number++) {
      const png = encodePng(drawMark(mark, 28, random), { width: 28, height: 28, channels: 1 });
      writeFileSync(join(folder, mark, `${number}.png`), png);
    }
  }
  return folder;
}

/** A project of pictures without labels; the folder in each name tells what it is. */
async function unlabeledProject(home: string, source: string): Promise<string> {
  process.env['TESSERA_HOME'] = home;
  const services = composeServices({ host: { kind: 'cli', version: '0' }, spawn: spawnNodeWorker });
  const { dataset, jobs, labeling, projects } = createRouterClient(services.router);
  const path = join(home, 'to label');
  const { project } = await projects.create({ name: 'To label', path });
  const projectId = project.id;
  const { jobId } = await dataset.startImport({ projectId, source: { paths: [source] }, layout: 'auto' });
  while (['queued', 'running'].includes((await jobs.get({ jobId })).status)) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (const { id } of await dataset.classes({ projectId }))
    await labeling.deleteClass({ projectId, classId: id });
  await services.dispose();
  return path;
}

const classOf = (name: string): string => name.split('/').at(-2) ?? '';

describe.skipIf(isMissing)(`${count} pictures are labeled by keyboard alone`, () => {
  let app: App;
  let folder: string;
  let path: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tessera-keys-'));
    path = await unlabeledProject(
      join(folder, 'home'),
      wantsFlowers ? flowers : drawings(join(folder, 'marks')),
    );
    app = await App.start();
    await app.page.evaluate(() => {
      window.addEventListener('pointerdown', () => document.body.setAttribute('data-clicked', ''), true);
    });
  }, 120_000);
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As a person without a mouse goes there. */
  async function tabTo(wanted: Locator): Promise<void> {
    await wanted.waitFor();
    for (let step = 0; step < 80; step++) {
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
      await app.page.keyboard.press('Tab');
    }
    throw new Error('Tab does not reach it');
  }

  test('from the home screen to the last picture', async () => {
    const { page } = app;
    const { keyboard } = page;
    await tabTo(page.getByRole('button', { name: 'Open a project' }));
    await keyboard.press('Enter');
    const field = page.getByLabel('Folder of the project');
    await tabTo(field);
    await keyboard.insertText(path);
    await keyboard.press('Enter');
    await page.getByRole('main', { name: 'Data' }).waitFor();
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    await keyboard.press('Escape');
    await keyboard.press('l');
    const picture = page.getByRole('region', { name: 'The picture' }).getByRole('img');
    await picture.waitFor();

    const keys = new Map<string, string>();
    const begun = performance.now();
    let before = '';
    for (let labeled = 0; labeled < count; labeled++) {
      await page.waitForFunction(
        (last) => document.querySelector('[aria-label="The picture"] img')?.getAttribute('alt') !== last,
        before,
      );
      before = (await picture.getAttribute('alt')) ?? '';
      const name = classOf(before);
      const key = keys.get(name);
      if (key !== undefined) {
        await keyboard.press(key);
      } else {
        await keyboard.press('n');
        await page.getByLabel('Name of the new class').waitFor();
        await keyboard.insertText(name);
        await keyboard.press('Enter');
        const button = page.getByRole('button', { name: new RegExp(`^.\\s*${name}`) });
        await button.waitFor();
        keys.set(name, (await button.getAttribute('aria-keyshortcuts'))?.toLowerCase() ?? '');
      }
    }
    await page.getByText(new RegExp(`^${count} of \\d+ labeled$`)).waitFor();
    const seconds = (performance.now() - begun) / 1000;
    console.log(
      `  ${count} pictures labeled in ${seconds.toFixed(0)} s, ${keys.size} classes made on the way`,
    );
    await app.look('keyboard-labeling');
  });

  test('classes are changed and merged by keyboard, and it is undone', async () => {
    const { page } = app;
    const { keyboard } = page;
    const change = page.getByRole('button', { name: /^Change / }).first();
    const name = ((await change.getAttribute('aria-label')) ?? '').replace('Change ', '');
    await tabTo(change);
    await keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: `Class ${name}` });
    await dialog.waitFor();
    await tabTo(dialog.getByRole('textbox', { name: 'Key' }));
    await keyboard.press('Control+a');
    await keyboard.press('q');
    await app.look('class-dialog');
    await tabTo(dialog.getByRole('button', { name: 'Delete the class, keep its pictures' }));
    await keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' }).catch(() => undefined);
    await page.getByRole('button', { name: new RegExp(`^.\\s*${name}`) }).waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    const back = page.getByRole('button', { name: new RegExp(`^.\\s*${name}`) });
    await back.waitFor();
    expect(await back.getAttribute('aria-keyshortcuts')).toBe('Q');
    await page.getByText(new RegExp(`^${count} of \\d+ labeled$`)).waitFor();
  });

  test('nobody touched a mouse, and nothing was complained about', async () => {
    expect(await app.page.evaluate(() => document.body.hasAttribute('data-clicked'))).toBe(false);
    expect(app.complaints).toEqual([]);
  });
});
