import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { App } from './app.ts';
import { newProject } from './stored-project.ts';

const none = 'None of these';

/** A class for what is none of the others, from the first picture in it to the numbers of it; each test goes on from the one before. */
describe('pictures that are none of the classes', () => {
  const slow = { timeout: 60_000 };
  let app: App;
  beforeAll(async () => {
    app = await App.start();
    const path = join(app.home, 'marks');
    newProject(path, 'Marks')[Symbol.dispose]();
    const { page } = app;
    await page.getByRole('button', { name: 'Open a project' }).press('Enter');
    await page.getByLabel('Folder of the project').fill(path);
    await page.keyboard.press('Enter');
    await page.getByRole('listbox').getByRole('option').first().waitFor();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test('get a class of their own, and Train says how it is learned', async () => {
    const { page } = app;
    await app.open('Label');
    await page.getByRole('button', { name: `Add “${none}”` }).press('Enter');
    await page.getByRole('button', { name: `Rename ${none}` }).waitFor();
    await app.open('Train');
    await page.getByText(`“${none}” has no pictures to learn from yet`).waitFor();
    await app.open('Label');
    await page.getByRole('region', { name: 'The picture' }).getByRole('img').waitFor();
    await page.keyboard.press('g');
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    await page.keyboard.press('Home');
    for (let more = 1; more < 24; more++) await page.keyboard.press('Shift+ArrowRight');
    await page.getByText('24 pictures selected').waitFor();
    await page.keyboard.press('3');
    await page.getByRole('button', { name: new RegExp(`^3\\s*${none}\\s*24$`) }).waitFor();
    await app.open('Train');
    const told = page.getByText(new RegExp(`^“${none}” is learned like a class, from \\d+ pictures`));
    await told.waitFor();
    expect(Number(/from (\d+) pictures/.exec((await told.textContent()) ?? '')?.[1])).toBeGreaterThan(10);
    await told.scrollIntoViewIfNeeded();
    await app.look('none-train');
    await page.getByLabel('Epochs', { exact: true }).fill('4');
    await page.getByLabel('Epochs', { exact: true }).press('Tab');
    await page.getByRole('button', { name: 'Start training' }).press('Enter');
    await page.getByRole('cell', { name: 'done' }).waitFor(slow);
    await app.noJobs();
  });

  test('stand in the table on Evaluate, where every number opens the pictures that it counts', async () => {
    const { page } = app;
    await app.open('Evaluate');
    await page.getByRole('combobox', { name: 'Pictures' }).selectOption('training');
    const matrix = page.getByRole('grid', { name: /confusion/i });
    await matrix.waitFor(slow);
    // Of the training pictures, not of those for validation that were shown first.
    await expect.poll(() => counts().then((rows) => sum(rows.flat())), slow).toBeGreaterThan(30);
    const classes = await matrix.getByRole('rowheader').allInnerTexts();
    expect(classes).toEqual(['X', 'O', none]);
    const confusion = await counts();
    const heading = page.getByRole('region').getByRole('heading', { level: 2 });
    for (const [at, name] of classes.entries()) {
      const ofClass = sum(confusion[at] ?? []);
      const takenFor = sum(confusion.map((row) => row[at] ?? 0));
      for (const [column, title, count] of [
        ['Precision', `Taken for ${name}, mistakes first`, takenFor],
        ['Recall', `All of ${name}, mistakes first`, ofClass],
        ['F1', `All of ${name}, mistakes first`, ofClass],
        ['Pictures', `All of ${name}, mistakes first`, ofClass],
      ] as const) {
        const number = page.getByRole('button', { name: new RegExp(`^${column} of ${name}: `) });
        await number.press('Enter');
        await heading.filter({ hasText: title }).waitFor();
        await page
          .getByText(count === 1 ? '1 picture' : `${count} pictures`, { exact: true })
          .first()
          .waitFor();
        expect(await number.getAttribute('aria-pressed')).toBe('true');
        if (count === 0) continue;
        const first = page.getByRole('listbox', { name: title }).getByRole('option').first();
        expect(await first.getAttribute('aria-setsize')).toBe(String(count));
      }
    }
    await app.look('none-evaluate');

    const [right = 0, wrong = 0] = [confusion[2]?.[2], (confusion[0]?.[2] ?? 0) + (confusion[1]?.[2] ?? 0)];
    const others = sum([...(confusion[0] ?? []), ...(confusion[1] ?? [])]);
    await page
      .getByRole('button', { name: `${right} of ${sum(confusion[2] ?? [])} were left alone` })
      .press('Enter');
    await heading.filter({ hasText: `All of ${none}` }).waitFor();
    await page
      .getByRole('button', { name: `${wrong} of ${others} pictures of the other classes` })
      .press('Enter');
    await heading.filter({ hasText: `Taken for ${none}` }).waitFor();
    await page.getByRole('button', { name: 'All mistakes' }).press('Enter');
    await heading.filter({ hasText: 'Mistakes, the worst first' }).waitFor();
    expect(app.complaints).toEqual([]);
  });

  /** The cells of the matrix: rows true, columns predicted. */
  async function counts(): Promise<number[][]> {
    const rows = await app.page
      .getByRole('grid', { name: /confusion/i })
      .locator('tbody tr')
      .all();
    return Promise.all(
      rows.map(async (row) => (await row.getByRole('gridcell').allInnerTexts()).map(Number)),
    );
  }
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
});
