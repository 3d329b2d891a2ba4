import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { App } from './app.ts';

/** Pictures that lose their label before the network learns from the others. */
const left = 12;

/** `X? 97 %` as a share. */
const confidenceOf = (text: string): number => Number(/(\d+) %/.exec(text)?.[1] ?? NaN) / 100;
/** The drawings of the sample are called after what they show. */
const truthOf = (name: string): string => /(?:^|\/)([XO])/i.exec(name)?.[1]?.toUpperCase() ?? '?';

describe('a trained network suggests labels', () => {
  let app: App;
  beforeAll(async () => {
    app = await App.start();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test('it learns from the pictures that have a label', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Make the sample project X and O' }).click();
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    await app.noJobs();
    await app.open('Label');
    await page.getByText('600 of 600 labeled').waitFor();
    await page.keyboard.press('g');
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    await page.keyboard.press('Home');
    for (let more = 1; more < left; more++) await page.keyboard.press('Shift+ArrowRight');
    await page.getByText(`${left} pictures selected`).waitFor();
    await page.keyboard.press('Backspace');
    await page.getByText(`${600 - left} of 600 labeled`).waitFor();
    await page.keyboard.press('g');
    await app.open('Train');
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.getByText('done', { exact: true }).first().waitFor();
    await app.noJobs();
  });

  test('what it says stands in grey, and Enter accepts it', async () => {
    const { page } = app;
    await app.open('Label');
    await page.getByRole('button', { name: 'Suggestions' }).press('Enter');
    await page.getByRole('menuitem', { name: /^Suggest labels with/ }).press('Enter');
    const region = page.getByRole('region', { name: 'The picture' });
    const grey = region.getByText(/^[XO]\? \d+ %$/);
    await page.keyboard.press('u');
    await grey.waitFor();
    await app.look('suggestion');
    const said = (await grey.textContent())?.charAt(0);
    const picture = region.getByRole('img');
    const name = (await picture.getAttribute('alt')) ?? '';
    expect(said).toBe(truthOf(name));
    await page.keyboard.press('Enter');
    await page.getByText(`${601 - left} of 600 labeled`).waitFor();
    await page.keyboard.press('Control+z');
    await page.getByText(`${600 - left} of 600 labeled`).waitFor();
  });

  test('the queue begins with what it is least sure of', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'All pictures' }).press('Enter');
    await page.getByRole('menuitem', { name: 'What teaches most' }).press('Enter');
    await page.getByText(`1 of ${left}`, { exact: true }).waitFor();
    await page.keyboard.press('g');
    const options = page.getByRole('listbox', { name: 'Pictures to label' }).getByRole('option');
    await expect.poll(() => options.count()).toBe(left);
    await expect
      .poll(async () => (await options.allInnerTexts()).every((text) => !Number.isNaN(confidenceOf(text))))
      .toBe(true);
    const sure = (await options.allInnerTexts()).map(confidenceOf);
    expect(sure[0]).toBe(Math.min(...sure));
    await app.look('queue');
    await page.keyboard.press('g');
  });

  test('all that it is sure of are accepted after a look at them, in one step', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Suggestions' }).press('Enter');
    await page.getByRole('menuitem', { name: /^Look at all above 95 %/ }).press('Enter');
    const accept = page.getByRole('button', { name: /^Accept \d+ suggestions?$/ });
    await accept.waitFor();
    const options = page.getByRole('listbox', { name: 'Pictures to label' }).getByRole('option');
    const shown = await options.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
    const sure = Number(/\d+/.exec((await accept.textContent()) ?? '')?.[0]);
    expect(sure).toBeGreaterThan(0);
    expect(shown).toHaveLength(sure);
    for (const spoken of shown) {
      expect(confidenceOf(spoken)).toBeGreaterThanOrEqual(0.95);
      expect(/([XO])\? /.exec(spoken)?.[1]).toBe(truthOf(spoken));
    }
    await app.look('accept-all');
    await accept.press('Enter');
    await page.getByText(`${600 - left + sure} of 600 labeled`).waitFor();
    await page.keyboard.press('Control+z');
    await page.getByText(`${600 - left} of 600 labeled`).waitFor();
    await page.keyboard.press('g');
    expect(app.complaints).toEqual([]);
  });

  test('a mistake in a cell of the matrix gets another class where it stands, by key and by mouse', async () => {
    const { page } = app;
    await app.open('Evaluate');
    await page
      .getByRole('grid', { name: /confusion/i })
      .getByRole('gridcell')
      .first()
      .getByRole('button')
      .press('Enter');
    const list = page.getByRole('listbox');
    const first = list.getByRole('option').first();
    await first.waitFor();
    await list.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('c');
    await page.getByRole('menu', { name: 'Class of this picture' }).waitFor();
    await app.look('relabel-in-place');
    await page.keyboard.press('2');
    await page.getByText(/^Now labeled [XO]$/).waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).press('Enter');
    await first.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'No label' }).click();
    await page.getByText('The label was taken away').waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    expect(app.complaints).toEqual([]);
  });

  test('the keys of the actions can be changed on the sheet of keys, and are kept', async () => {
    const { page } = app;
    await app.open('Label');
    await page.getByRole('region', { name: 'The picture' }).getByRole('img').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('button', { name: /^New class, and label with it: N\./ }).press('Enter');
    await page.getByText(/^Press the new key/).waitFor();
    await page.keyboard.press('!');
    await page.getByText(/^Only a letter or a digit/).waitFor();
    await page.keyboard.press('m');
    await page.getByRole('button', { name: /^New class, and label with it: M\./ }).waitFor();
    await app.look('keys');
    await page.keyboard.press('Escape');
    await page.reload();
    await page.getByRole('button', { name: 'New class M' }).waitFor();
    await page.keyboard.press('m');
    await page.getByLabel('Name of the new class').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('button', { name: 'All keys as they were' }).press('Enter');
    await page.getByRole('button', { name: /^New class, and label with it: N\./ }).waitFor();
    expect(app.complaints).toEqual([]);
  });
});
