import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { App } from './app.ts';

/** The machine may be busy with other things. */
const slow = { timeout: 120_000 };

/** A training over a pause, an end of the app and a stop to a sweep; each test goes on from the one before. */
describe('a training that is paused, left and taken up again', () => {
  let app: App;
  const live = () => app.page.getByRole('region', { name: 'Curves of the chosen run' });
  const work = () => app.page.getByRole('dialog', { name: 'Work' });

  beforeAll(async () => {
    app = await App.start();
    await app.page.getByRole('button', { name: 'Make the sample project X and O' }).click();
    await app.page.getByText('600 pictures added').waitFor();
    await app.noJobs();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  async function inWork(act: string): Promise<void> {
    await app.page.getByRole('button', { name: /^Show all work/ }).press('Enter');
    await work()
      .getByRole('button', { name: new RegExp(`^${act}: `) })
      .press('Enter');
    await app.page.keyboard.press('Escape');
  }

  /** The rows of the loss over the epochs that have a validation, as a person takes them along. */
  async function validatedEpochs(): Promise<number[]> {
    const [download] = await Promise.all([
      app.page.waitForEvent('download'),
      app.page.getByRole('button', { name: 'Save Loss as CSV' }).press('Enter'),
    ]);
    const path = join(app.home, 'loss.csv');
    await download.saveAs(path);
    const [heading = '', ...rows] = readFileSync(path, 'utf8').trim().split('\r\n');
    const validation = heading.split(',').indexOf('validation');
    return rows
      .map((row) => row.split(','))
      .filter((row) => (row[validation] ?? '') !== '')
      .map(([epoch]) => Number(epoch));
  }

  test('is started and paused', async () => {
    const { page } = app;
    await app.open('Train');
    await page.getByRole('spinbutton', { name: 'Epochs', exact: true }).fill('4000');
    await page.getByRole('button', { name: 'Start training' }).press('Enter');
    await live()
      .getByText(/^epoch (?:[2-9]|\d{2,})(?:\.\d)? of 4000$/)
      .waitFor(slow);
    await inWork('Pause');
    await live().getByText('paused', { exact: true }).waitFor(slow);
    await app.look('journey-paused');
  });

  test('is still paused when the app was left and started again, and goes on without a seam', async () => {
    const { page } = app;
    const whenPaused = (await validatedEpochs()).at(-1) ?? 0;
    expect(whenPaused).toBeGreaterThan(0);
    await app.quitAndStart();
    await page.getByRole('link', { name: 'X and O' }).press('Enter');
    await app.open('Train');
    await live().getByText('paused', { exact: true }).waitFor(slow);
    await inWork('Resume');
    await live().getByText('training', { exact: true }).waitFor(slow);
    await expect.poll(async () => (await validatedEpochs()).at(-1), slow).toBeGreaterThan(whenPaused + 2);
    // Every epoch is there, and none is there twice.
    const epochs = await validatedEpochs();
    expect(epochs).toEqual(epochs.map((_, at) => at + 1));
    await live()
      .getByText(/^▲ What happened to it/)
      .press('Enter');
    await live().getByText('Paused.').waitFor();
    await live().getByText('Resumed from its checkpoint.').waitFor();
    await app.look('journey-resumed');
    // What is opened and chosen stays while news come in.
    await page.getByRole('button', { name: 'Zoom in (+)' }).press('Enter');
    const shown = live().getByText(/^epoch [\d.]+ – [\d.]+$/);
    await shown.waitFor();
    const reached = async () =>
      parseFloat(
        (
          await live()
            .getByText(/^epoch [\d.]+ of /)
            .textContent()
        )?.slice(6) ?? '',
      );
    const before = await reached();
    await expect.poll(reached, slow).toBeGreaterThan(before + 2);
    expect(await shown.count()).toBe(1);
    await live().getByText('Resumed from its checkpoint.').waitFor();
    await page.getByRole('button', { name: 'Whole run (0)' }).press('Enter');
  });

  test('is stopped early and keeps what it learned', async () => {
    const { page } = app;
    await live().getByRole('button', { name: 'Stop', exact: true }).press('Enter');
    await live().getByText('cancelled', { exact: true }).waitFor(slow);
    await app.noJobs();
    await live().getByText('Stopped by you.').waitFor();
    await app.open('Evaluate');
    await page.getByText('Accuracy', { exact: true }).first().waitFor();
  });

  test('is followed by a sweep of four, whose runs are compared', async () => {
    const { page } = app;
    await app.open('Train');
    await page.getByRole('spinbutton', { name: 'Epochs', exact: true }).fill('2');
    await page.getByRole('spinbutton', { name: 'Epochs', exact: true }).press('Tab');
    await page.getByRole('button', { name: 'Sweep settings' }).press('Enter');
    await page.getByLabel('Learning rate: values').fill('0.0005, 0.002');
    await page.getByLabel('Try out as well').selectOption('Optimiser');
    await page.getByRole('combobox', { name: 'Method' }).selectOption('Every combination');
    await page.getByRole('button', { name: 'Start sweep' }).press('Enter');
    await app.screenshot('journey-sweep');
    await page.getByText(/sweep-1 · done/).waitFor(slow);
    for (const box of await page.getByRole('checkbox', { name: 'Choose trial' }).all()) await box.check();
    await page.getByRole('button', { name: 'Compare chosen' }).press('Enter');
    await page.getByRole('heading', { name: '4 runs over each other' }).waitFor();
    await app.look('journey-compared');
    expect(app.complaints).toEqual([]);
  });
});
