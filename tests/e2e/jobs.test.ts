import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { App } from './app.ts';

describe('the work of a project', () => {
  let app: App;
  beforeAll(async () => {
    app = await App.start();
    await app.page.getByRole('button', { name: 'Make the sample project X and O' }).click();
    await app.page.getByText('600 pictures added').waitFor();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test('is put into another order by keyboard, paused, resumed, cancelled and done again', async () => {
    const { page } = app;
    await app.open('Train');
    await page.getByRole('spinbutton', { name: 'Epochs', exact: true }).fill('9000');
    const start = page.getByRole('button', { name: 'Start training' });
    for (let run = 0; run < 3; run += 1) {
      await start.click();
      await page.getByRole('button', { name: `Show all work: ${run + 1} under way` }).waitFor();
    }
    await page.getByRole('button', { name: 'Show all work: 3 under way' }).click();
    const panel = page.getByRole('dialog', { name: 'Work' });
    const handles = panel.getByRole('button', { name: /^Place in the line: / });
    const second = await handles.nth(1).getAttribute('aria-label');
    await handles.nth(1).focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => handles.first().getAttribute('aria-label')).toBe(second);
    await app.look('work-panel');

    // The one that runs gives its place to the next.
    const rows = panel.getByRole('list', { name: 'Work in progress' }).getByRole('listitem');
    await rows
      .first()
      .getByRole('button', { name: /^Pause: / })
      .click();
    await panel.getByText('paused', { exact: true }).waitFor();
    await rows.getByRole('button', { name: /^Resume: / }).click();
    await panel.getByText('paused', { exact: true }).waitFor({ state: 'detached' });
    for (let left = 3; left > 0; left -= 1) {
      await rows
        .last()
        .getByRole('button', { name: /^Cancel: / })
        .click();
      await expect.poll(() => rows.count()).toBe(left - 1);
    }
    const over = panel.getByRole('list', { name: 'Ended lately' });
    await over
      .getByRole('button', { name: /^Do again: / })
      .first()
      .click();
    await expect.poll(() => rows.count()).toBe(1);
    await rows
      .first()
      .getByRole('button', { name: /^Cancel: / })
      .click();
    await page.keyboard.press('Escape');
    await app.noJobs();
  });

  test('what fits is measured, and a choice goes into the form', async () => {
    const { page } = app;
    await page.getByText('What fits?').click();
    await page.getByRole('button', { name: 'Measure this computer' }).click();
    const night = page.getByRole('button', { name: /^Take .* epochs$/ }).last();
    await night.waitFor({ timeout: 120_000 });
    // While it is open, what the form says is tried out.
    await page.getByText('Tried out here with these very settings').waitFor({ timeout: 120_000 });
    await app.look('what-fits-tried-out');
    await night.click();
    await app.look('what-fits');
    expect(app.complaints).toEqual([]);
  });
});
