import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databaseFile } from '../../app/storage/files.ts';
import { projectStores } from '../../app/storage/projects.ts';
import { App } from './app.ts';
import { Keys } from './keyboard.ts';
import { scene } from './scenes.ts';
import { newProject } from './stored-project.ts';

/**
 * Twelve scenes and two of them again in another size, with a list that says what each is. The second pair does not agree about
 * its label.
 */
async function makeScenes(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const rows: string[] = [];
  for (let number = 0; number < 12; number++) {
    writeFileSync(join(folder, `scene ${number}.jpg`), await scene(number));
    rows.push(`scene ${number}.jpg,${number % 2 === 0 ? 'hill' : 'lake'},${number < 8 ? 'train' : 'test'}`);
  }
  for (const [number, kind] of [
    [0, 'hill'],
    [1, 'hill'],
  ] as const) {
    const smaller = sharp(await scene(number)).resize(240);
    writeFileSync(join(folder, `again ${number}.jpg`), await smaller.jpeg({ quality: 60 }).toBuffer());
    rows.push(`again ${number}.jpg,${kind},train`);
  }
  const list = join(folder, 'list.csv');
  writeFileSync(list, ['picture,what,part', ...rows].join('\n'));
  return list;
}

/** Every action on pictures and their project by keys alone; each test goes on from the one before. */
describe('a person without a mouse', () => {
  let app: App;
  let keys: Keys;
  let folder: string;
  let list: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tessera-walk-'));
    list = await makeScenes(join(folder, 'scenes'));
    app = await App.start();
    await app.page.evaluate(() => {
      window.addEventListener('pointerdown', () => document.body.setAttribute('data-clicked', ''), true);
    });
    keys = new Keys(app.page);
    projectStores.create(join(app.home, 'walk'), 'Walk')[Symbol.dispose]();
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const button = (name: string | RegExp) =>
    app.page.getByRole('button', { name, exact: typeof name === 'string' });
  const pictures = () => app.page.getByRole('listbox', { name: 'Pictures' });
  const said = (text: string | RegExp) => app.page.getByText(text).first().waitFor({ timeout: 15_000 });
  const unfold = async (title: string): Promise<void> => {
    await keys.on(app.page.locator('summary', { hasText: title }));
  };
  /** The project in a folder, from the home screen. */
  async function open(path: string): Promise<void> {
    await keys.on(button('Open a project'));
    await keys.fill(app.page.getByLabel('Folder of the project'), path);
    await keys.press('Enter');
  }

  test('takes pictures in by a list whose columns are chosen', async () => {
    const { page } = app;
    await open(join(app.home, 'walk'));
    await keys.fill(page.getByLabel('Or a path on this computer'), list);
    await keys.press('Enter');
    await page.getByRole('heading', { name: '14 pictures in 0 classes' }).waitFor();
    await keys.kept('the preview opened');
    await keys.pick(page.getByLabel('Is the label'), 'what');
    await page.getByRole('heading', { name: '14 pictures in 2 classes' }).waitFor();
    await keys.pick(page.getByLabel('Is the split'), 'part');
    await page.getByText('Its own splits').waitFor({ state: 'attached' });
    await keys.pick(page.getByLabel('Originals'), 'Reference in place');
    await keys.on(button('Import 14 pictures'));
    await said('14 pictures added');
    await keys.on(button('Dismiss').first());
    await keys.kept('the result was dismissed');
    await keys.on(button('Bring all in'));
    await said('14 pictures are in the project now');
    await keys.kept('the originals were brought in');
  });

  test('finds, orders and groups them, and keeps that as a view', async () => {
    const { page } = app;
    await keys.press('Escape', '/');
    await keys.type('again');
    await said('2 of 14 pictures');
    await keys.press('ControlOrMeta+a', 'Backspace');
    await keys.choose(button('Class'), 'lake');
    await said('6 of 14 pictures');
    await keys.choose(button('Split'), 'Test');
    await said('2 of 14 pictures');
    await keys.choose(button('Sort'), 'Brightness');
    await keys.choose(button('Group'), 'Split');
    await keys.choose(button('Views'), 'Save this view …');
    await keys.fill(page.getByLabel('Name of the view'), 'lakes to judge');
    await keys.press('Enter');
    await keys.kept('the view was kept');
    await keys.on(button('Show all').first());
    await said(/^14 pictures$/);
    await keys.kept('the filter was taken away');
    await keys.choose(button('Views'), 'lakes to judge');
    await said('2 of 14 pictures');
    await keys.choose(button('Views'), 'Save this view …');
    await keys.on(button('Remove the view lakes to judge'));
    await button('Remove the view lakes to judge').waitFor({ state: 'detached' });
    await keys.kept('the view was removed');
    await keys.press('Escape');
    await keys.on(button('Show all').first());
    await keys.choose(button('Brightness'), 'As added');
    await keys.choose(button(/^Split$/).last(), 'No groups');
    await keys.on(button('Larger pictures'));
    await keys.on(button('Smaller pictures'));
  });

  test('labels, moves, tags, excludes and deletes several at once, and takes it back', async () => {
    const { page } = app;
    await keys.to(pictures());
    await keys.press('Home', 'Shift+ArrowRight', 'Shift+ArrowRight');
    await said('3 chosen');
    await keys.choose(button('Label'), 'lake');
    await said('2 pictures labeled lake');
    await keys.choose(button('Move to'), 'Validation');
    await said(/pictures? moved to Validation/);
    await keys.on(button('Tag …'));
    await keys.fill(page.getByLabel('Tag', { exact: true }), 'first');
    await keys.press('Enter');
    await button(/^first: 3 pictures/).waitFor();
    await keys.kept('the tag was given');
    await keys.choose(button('Exclude'), 'Exclude');
    await said('3 pictures excluded');
    await keys.choose(button('Exclude'), 'Take in again');
    await keys.on(button('Delete'));
    await said('3 pictures deleted');
    await keys.kept('pictures were deleted');
    for (const _ of ['deleted', 'taken in', 'excluded', 'tagged', 'moved', 'labeled'])
      await keys.press('ControlOrMeta+z');
    await said(/^14 pictures$/);
    await button(/^hill: 8 pictures/).waitFor();
    await keys.on(button('Redo'));
    await button(/^hill: 6 pictures/).waitFor();
    await keys.on(button('Undo').first());
    await button(/^hill: 8 pictures/).waitFor();
    await keys.kept('all was taken back');
  });

  test('looks at one picture, its label, note, tags and twins', async () => {
    const { page } = app;
    await keys.to(pictures());
    await keys.press('Home', 'Enter');
    const view = page.getByRole('region', { name: 'scene 0.jpg' });
    const inView = (name: string | RegExp) =>
      view.getByRole('button', { name, exact: typeof name === 'string' });
    await keys.fill(view.getByRole('textbox', { name: 'Note' }), 'look again');
    await keys.fill(view.getByRole('textbox', { name: 'Tag' }), 'rain');
    await keys.press('Enter');
    await keys.on(inView('Take the tag rain away'));
    await inView('Take the tag rain away').waitFor({ state: 'detached' });
    await keys.kept('a tag was taken away');
    await keys.choose(inView('hill'), 'lake');
    await inView('lake').waitFor();
    await keys.on(inView(/^Exclude/));
    await keys.on(inView(/^Take in again/));
    await keys.choose(inView(/^Class of again 0\.jpg: hill$/), 'lake');
    await keys.on(inView('Open this picture: again 0.jpg'));
    await page.getByRole('region', { name: 'again 0.jpg' }).waitFor();
    await keys.kept('a twin was opened');
    await keys.on(button('Back to the pictures'));
    await page.getByRole('option', { name: /scene 0\.jpg, lake, look again/ }).waitFor();
    await keys.kept('the picture was left');
  });

  test('goes through the quality and through pairs of near duplicates', async () => {
    const { page } = app;
    await keys.on(button(/^Near duplicates: 4 pictures/));
    await said('4 of 14 pictures');
    await keys.on(button(/^Near duplicates: 4 pictures/));
    await keys.on(button('Compare duplicates'));
    await said('Group 1 of 2');
    await keys.on(button('Keep all and go on S'));
    await said('Group 2 of 2');
    await said('These have different labels.');
    await keys.choose(button(/^Class of again 1\.jpg: hill$/), 'lake');
    await page.getByText('These have different labels.').waitFor({ state: 'detached' });
    await keys.on(button('Keep only scene 1.jpg'));
    await said('Group 1 of 1');
    await keys.kept('one of a pair was kept');
    await keys.on(button('Close'));
    await said(/^13 pictures$/);
    await keys.kept('the pairs were left');
    await app.screenshot('walk-quality');
  });

  test('divides anew, locks the test set, freezes two versions and compares them', async () => {
    const { page } = app;
    await unfold('Divide anew');
    await keys.fill(page.getByLabel('Seed'), '7');
    await keys.on(page.getByLabel('Keep what is assigned'), 'Space');
    await keys.on(button('Divide'));
    await said(/^Split changed for/);
    await unfold('Versions');
    for (const name of ['one', 'two']) {
      await keys.fill(page.getByLabel('Name of the version'), name);
      await keys.press('Enter');
      await button(new RegExp(`^Compare ${name} with`)).waitFor();
      await keys.kept('a version was frozen');
      if (name === 'two') break;
      await keys.to(pictures());
      await keys.press('Home', '1');
      await said('1 picture labeled hill');
    }
    await keys.choose(button('Compare one with …'), 'two');
    await said('From one to two');
    await app.screenshot('walk-versions');
    await keys.on(button(/^Show them: /).first());
    await said(/of a comparison$/);
    await keys.on(button('Show all').first());
    await keys.on(button('Remove the version one'));
    await button('Remove the version one').waitFor({ state: 'detached' });
    await keys.kept('a version was removed');
    await keys.on(page.getByRole('checkbox', { name: 'Lock the test set' }), 'Space');
    await page.getByRole('checkbox', { name: 'Lock the test set', checked: true }).waitFor();
    await keys.press('Space');
    await page.getByRole('checkbox', { name: 'Lock the test set', checked: false }).waitFor();
    await keys.kept('the test set was locked and unlocked');
  });

  test('takes them out again, and watches a folder', async () => {
    const { page } = app;
    await unfold('Take the pictures out');
    await keys.fill(page.getByLabel('Into this folder'), join(folder, 'out'));
    await keys.press('Enter');
    await said('pictures written to');
    await keys.kept('the pictures were taken out');
    await unfold('Watched folders');
    mkdirSync(join(folder, 'watched'));
    await keys.fill(page.getByLabel('Watch this folder'), join(folder, 'watched'));
    await keys.press('Enter');
    await keys.on(button(/^Stop watching/));
    await button(/^Stop watching/).waitFor({ state: 'detached' });
    await keys.kept('a folder was not watched any more');
  });

  test('makes, names, orders, merges and removes classes, and reads the history', async () => {
    const { page } = app;
    await keys.to(pictures());
    await keys.press('l');
    await page.getByRole('region', { name: 'The picture' }).getByRole('img').waitFor();
    await keys.kept('the Label screen opened');
    await keys.press('n');
    await keys.type('sea');
    await keys.press('Enter');
    await button('Rename sea').waitFor();
    await keys.kept('a class was made');
    await keys.on(button('Rename sea'));
    await keys.fill(page.getByLabel('New name of sea'), 'ocean');
    await keys.press('Enter');
    await button('Rename ocean').waitFor();
    await keys.kept('a class was renamed');
    await keys.on(button('Add “None of these”'));
    await button('Rename None of these').waitFor();
    await keys.kept('“None of these” was added');
    await keys.on(button('Change ocean'));
    const dialog = page.getByRole('dialog', { name: 'Class ocean' });
    await keys.to(dialog.getByRole('radio', { checked: true }));
    await keys.press('ArrowRight');
    await keys.fill(dialog.getByLabel('What belongs into it'), 'salt water');
    await keys.on(dialog.getByRole('button', { name: 'Move up' }));
    await app.screenshot('walk-class');
    await keys.pick(dialog.getByLabel('Merge into'), 'lake');
    await keys.on(dialog.getByRole('button', { name: 'Merge', exact: true }));
    await button('Rename ocean').waitFor({ state: 'detached' });
    await keys.kept('two classes were merged');
    await keys.to(page.getByRole('group', { name: 'History' }));
    await said('Merged ocean');
    await keys.choose(button('All pictures'), 'Labeled hill');
    await keys.kept('a list was chosen');
    // The list is there: fewer than ten are hills.
    await page
      .getByRole('region', { name: 'The picture' })
      .getByText(/^1 of \d$/)
      .waitFor();
    await keys.press('Backspace');
    await said('no label');
    await keys.on(button('Undo').first());
    await keys.press('x', 'ArrowLeft');
    await said('excluded');
    await keys.on(button('Exclude, or take in again'));
    await page.getByText('excluded', { exact: true }).waitFor({ state: 'detached' });
    await keys.to(page.getByRole('radio', { name: 'One' }));
    await keys.press('ArrowRight');
    await page.getByRole('listbox', { name: 'Pictures to label' }).waitFor();
    await keys.kept('the grid opened');
    await app.screenshot('walk-label-grid');
  });

  test('takes a snapshot and goes back to an earlier one', async () => {
    const { page } = app;
    const openList = () => keys.choose(button('Walk'), /^Snapshots of this project/);
    await openList();
    const dialog = page.getByRole('dialog', { name: 'Snapshots' });
    await keys.on(dialog.getByRole('button', { name: 'Take one now' }));
    await said(/^A snapshot was taken|^Nothing has changed/);
    await keys.kept('a snapshot was taken');
    await keys.on(dialog.getByRole('button', { name: /^Restore the snapshot of/ }).last());
    await said(/^The project is as it was/);
    await keys.kept('a snapshot was restored');
    await keys.on(page.getByRole('link', { name: 'All projects' }));
    await keys.kept('the project was left');
  });

  test('builds a damaged project anew', async () => {
    const { page } = app;
    const path = join(app.home, 'damaged');
    const store = newProject(path, 'Damaged');
    await store.takeSnapshot('open');
    store[Symbol.dispose]();
    writeFileSync(databaseFile(path), readFileSync(databaseFile(path)).fill(0xa5, 0, 4096));
    await open(path);
    await keys.on(button('See what can be saved'));
    await page.getByRole('heading', { name: 'This project is damaged' }).waitFor();
    await keys.kept('the damaged project was looked at');
    await keys.to(page.getByRole('radio', { checked: true }));
    await keys.press('ArrowDown', 'ArrowUp');
    await keys.on(button('Build the project anew'));
    await said('60 pictures, 60 of them labeled.');
    await keys.kept('it was built anew');
    await keys.on(button('Open the project'));
    await pictures().getByRole('option').first().waitFor();
    await keys.kept('it was opened');
  });

  test('saw on the way where the focus was, by its name, and touched no mouse', async () => {
    console.log(`  the keyboard came to ${keys.stops.size} places`);
    expect(keys.faults).toEqual([]);
    expect(keys.stops.size).toBeGreaterThan(100);
    expect(await app.page.evaluate(() => document.body.hasAttribute('data-clicked'))).toBe(false);
    expect(app.complaints).toEqual([]);
  });
});
