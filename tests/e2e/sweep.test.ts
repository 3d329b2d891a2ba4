import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { App } from './app.ts';

/** A sweep of four on the sample; each test goes on from the one before. */
describe('a sweep', () => {
  let app: App;
  /** The machine may be busy with other things. */
  const slow = { timeout: 120_000 };

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
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test('of four is set with keys, trained and ranked', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Sweep settings' }).press('Enter');
    await page.getByRole('heading', { name: 'Sweep', exact: true }).waitFor();
    await page.getByLabel('Learning rate: values').fill('0.0005, 0.002');
    await page.getByLabel('Try out as well').selectOption('Optimiser');
    await page.getByRole('combobox', { name: 'Method' }).selectOption('Every combination');
    await page.getByRole('button', { name: 'How long?' }).press('Enter');
    await page.getByText('4 trials, 8 epochs together').waitFor();
    await app.look('sweep-form');
    await page.getByRole('button', { name: 'Start sweep' }).press('Enter');
    await page.getByText(/sweep-1 · done/).waitFor(slow);
    const trials = page.getByRole('table', { name: 'Trials, the best first' }).locator('tbody tr');
    expect(await trials.count()).toBe(4);
    expect(await trials.locator('td:nth-child(2)').allTextContents()).toEqual(
      ['1.', '2.', '3.', '4.'].map((place) => expect.stringContaining(place)),
    );
    await page.getByRole('group', { name: 'Settings of the trials' }).scrollIntoViewIfNeeded();
    await app.look('sweep-done');
  });

  test('is filtered along an axis with keys', async () => {
    const { page } = app;
    const handle = page.getByRole('slider', { name: 'Learning rate from' });
    await handle.focus();
    await page.keyboard.press('End');
    await page.getByText('2 of 4 trials').waitFor();
    await app.screenshot('sweep-brushed');
    await page.getByRole('button', { name: 'All trials' }).click();
    await page.getByText('2 of 4 trials').waitFor({ state: 'detached' });
  });

  test('in Korean', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Language' }).click();
    await page.getByRole('menuitem', { name: '한국어' }).click();
    await page.getByRole('heading', { name: '탐색', exact: true }).waitFor();
    await app.look('sweep-korean');
    await page.getByRole('button', { name: '언어' }).click();
    await page.getByRole('menuitem', { name: 'English' }).click();
  });

  test('is taken off the list, and can be brought back', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Remove sweep-1' }).press('Enter');
    await page.getByText('sweep-1 was removed. Its runs stay.').waitFor();
    await page.getByText(/sweep-1 · done/).waitFor({ state: 'detached' });
    await app.screenshot('sweep-removed');
    await page.getByRole('button', { name: 'Undo', exact: true }).press('Enter');
    await page.getByText(/sweep-1 · done/).waitFor();
  });

  test('its chosen runs are compared', async () => {
    const { page } = app;
    for (const box of await page.getByRole('checkbox', { name: 'Choose trial' }).all()) await box.check();
    await page.getByRole('button', { name: 'Compare chosen' }).click();
    await page.getByRole('heading', { name: '4 runs over each other' }).waitFor();
    await app.look('sweep-compared');
    expect(app.complaints).toEqual([]);
  });
});
