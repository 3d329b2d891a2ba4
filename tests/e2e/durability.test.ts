import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databaseFile } from '../../app/storage/files.ts';
import { App } from './app.ts';
import { newProject } from './stored-project.ts';

describe('what keeps a project from being lost', () => {
  let app: App;
  beforeAll(async () => {
    app = await App.start();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  /** The project of a folder, by the form of the home screen. */
  async function openFolder(path: string): Promise<void> {
    const { page } = app;
    await page.getByRole('button', { name: 'Open a project' }).click();
    await page.getByLabel('Folder of the project').fill(path);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
  }
  const goHome = () => app.page.getByRole('link', { name: 'All projects' }).click();

  test('a snapshot is restored from the project’s menu, and that is undone', async () => {
    const { page } = app;
    const path = join(app.home, 'marks');
    newProject(path, 'Marks')[Symbol.dispose]();
    await openFolder(path);
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    const openList = async () => {
      await page.getByRole('button', { name: 'Marks' }).click();
      await page.getByRole('menuitem', { name: /^Snapshots of this project/ }).click();
    };
    const dialog = page.getByRole('dialog', { name: 'Snapshots' });
    // The one of the opening comes two seconds late. It must not hold what is labeled below: then the present would be kept
    // already, and nothing more before it is restored.
    const openingIsKept = async (): Promise<boolean> => {
      await openList();
      await dialog.getByRole('button', { name: 'Take one now' }).waitFor();
      const isKept = await dialog.getByText('at opening', { exact: true }).isVisible();
      if (!isKept) await dialog.getByRole('button', { name: 'Close' }).last().click();
      return isKept;
    };
    await expect.poll(openingIsKept, { timeout: 20_000, interval: 500 }).toBe(true);
    await page.getByRole('button', { name: 'Take one now' }).click();
    // Until it is told what came of it: a snapshot that is still being taken would hold what is labeled below, too.
    await page.getByText(/^A snapshot was taken|^Nothing has changed since the newest one/).waitFor();
    await dialog
      .getByRole('row', { name: /60 pictures, 60 labeled/ })
      .first()
      .waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();

    await app.open('Label');
    await page.getByText('60 of 60 labeled').waitFor();
    // Before it is there, a key has nothing to label.
    await page.getByRole('region', { name: 'The picture' }).getByRole('img').waitFor();
    await page.keyboard.press('2');
    await page.keyboard.press('2');
    await page.getByText('Saved').waitFor();
    await openList();
    await dialog.getByText('1 relabeled').first().waitFor();
    await app.look('snapshots');
    await dialog
      .getByRole('button', { name: /^Restore the snapshot of/ })
      .first()
      .click();
    await page.getByText(/^The project is as it was/).waitFor();
    await openList();
    await dialog.getByText('before a restore').waitFor();
    await dialog.getByText('nothing').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
    await openList();
    await expect.poll(() => dialog.getByText('before a restore').count(), { timeout: 20_000 }).toBe(2);
    await page.keyboard.press('Escape');
    await goHome();
  });

  test('what another Tessera has open is shown, followed, and taken over when that one is closed', async () => {
    const { page } = app;
    const path = join(app.home, 'shared');
    const other = newProject(path, 'Shared');
    await openFolder(path);
    await page.getByText(/another Tessera has this project open/).waitFor();
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    await app.look('read-only');
    other.deleteImages([1, 2, 3]);
    await page.getByText('57 pictures', { exact: false }).first().waitFor();

    await page.getByRole('button', { name: 'Open for changes' }).click();
    await page.getByText(/is open in another Tessera/).waitFor();
    other[Symbol.dispose]();
    await page.getByRole('button', { name: 'Open for changes' }).click();
    await page.getByText(/another Tessera has this project open/).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Dismiss' }).first().click();
    await app.open('Label');
    await page.getByRole('region', { name: 'The picture' }).getByRole('img').waitFor();
    await page.keyboard.press('2');
    await page.getByText('Saved').waitFor();
  });

  test('a label waits while the disk is away, and is saved when it is back', async () => {
    const { page } = app;
    const path = join(app.home, 'shared');
    const away = join(app.home, 'unplugged');
    renameSync(path, away);
    await page.keyboard.press('1');
    await page
      .getByRole('alert')
      .getByText(/1 change is not saved yet/)
      .waitFor();
    await page.keyboard.press('1');
    await page.getByText(/2 changes are not saved yet/).waitFor();
    await app.look('disk-away');
    renameSync(away, path);
    await page.getByText(/not saved yet/).waitFor({ state: 'detached' });
    await page.getByText('Saved').waitFor();
    await goHome();
  });

  test('a damaged project is looked at and built anew', async () => {
    const { page } = app;
    const path = join(app.home, 'damaged');
    const store = newProject(path, 'Damaged');
    await store.takeSnapshot('open');
    store.label([1, 3, 5], 2);
    store[Symbol.dispose]();
    writeFileSync(databaseFile(path), readFileSync(databaseFile(path)).fill(0xa5, 0, 4096));
    await openFolder(path);
    await page.getByRole('button', { name: 'See what can be saved' }).click();
    await page.getByRole('heading', { name: 'This project is damaged' }).waitFor();
    await page.getByText(/60 pictures, 60 labeled, 2 classes/).waitFor();
    await app.look('salvage');
    await page.getByRole('button', { name: 'Language' }).click();
    await page.getByRole('menuitem', { name: '한국어' }).click();
    await page.getByRole('heading', { name: '손상된 프로젝트입니다' }).waitFor();
    await app.screenshot('salvage-korean');
    await page.getByRole('button', { name: '언어' }).click();
    await page.getByRole('menuitem', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Build the project anew' }).click();
    await page.getByText('60 pictures, 60 of them labeled.').waitFor();
    await page.getByText(/0 pictures and 3 changes that the snapshot did not have/).waitFor();
    await app.look('salvaged');
    await page.getByRole('button', { name: 'Open the project' }).click();
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    // Pictures of the disk that was away were not found; nothing else complains.
    expect(app.complaints.filter((each) => !each.includes('404 (Not Found)')).join('\n')).toBe('');
  });
});
