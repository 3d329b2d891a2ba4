import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { App } from './app.ts';

/** What stands beside a run: its data, its settings, its checkpoints. Each test goes on from the one before, by keyboard alone. */
describe('the record of a run', () => {
  let app: App;
  const slow = { timeout: 60_000 };
  const live = () => app.page.getByRole('region', { name: 'Curves of the chosen run' });
  const unfold = (summary: string | RegExp) =>
    live().locator('summary').filter({ hasText: summary }).press('Enter');
  const row = () => app.page.getByRole('table').last().locator('tbody tr').first();

  beforeAll(async () => {
    app = await App.start();
    const { page } = app;
    await page.getByRole('button', { name: 'Make the sample project X and O' }).click();
    await page.getByText('600 pictures', { exact: false }).first().waitFor();
    await app.noJobs();
    await page.locator('summary', { hasText: 'Versions' }).press('Enter');
    await page.getByLabel('Name of the version').fill('first');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Compare first with now' }).waitFor();
    await app.open('Train');
    await page.getByText('480 to train', { exact: false }).waitFor();
    await page.getByLabel('Epochs', { exact: true }).fill('4');
    await page.locator('summary').filter({ hasText: 'Course of the run' }).press('Enter');
    await page.getByLabel('Keep every … epochs', { exact: true }).fill('1');
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Start training' }).press('Enter');
    await live().getByText('done', { exact: true }).waitFor(slow);
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test('tells the version of its data, its settings, and what it takes on the disk', async () => {
    const { page } = app;
    await live().getByText('data first', { exact: true }).waitFor(slow);
    await expect.poll(() => row().locator('td').nth(-3).textContent(), slow).toBe('first');
    await expect.poll(() => row().locator('td').nth(-2).textContent(), slow).toMatch(/^[\d.]+ [kM]B$/);
    await page.getByText(/^Runs take [\d.]+ [kM]B, [\d.]+ [MGT]B are free\.$/).waitFor();
    await unfold('Settings and data');
    const settings = live().getByRole('region', { name: 'Settings' });
    await settings.getByRole('row', { name: 'Epochs 4' }).waitFor();
    const data = live().getByRole('region', { name: 'Data', exact: true });
    await data.getByText('Frozen as first', { exact: false }).waitFor();
    await data.getByText('480 to train, 60 to validate, 60 to test').waitFor();
    await data.getByRole('row', { name: 'X 300' }).waitFor();
    await data.getByRole('button', { name: 'Compare with now' }).press('Enter');
    await data.getByText('The data of now are the same.').waitFor();
    await data.scrollIntoViewIfNeeded();
    await app.look('run-record');
    await unfold('Settings and data');
  });

  test('leads to the pictures that were relabeled since', async () => {
    const { page } = app;
    await app.open('Data');
    await page.getByRole('listbox', { name: 'Pictures' }).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('2');
    await app.open('Train');
    await unfold('Settings and data');
    await live().getByRole('button', { name: 'Compare with now' }).press('Enter');
    await live().getByRole('button', { name: 'Show: 1 relabeled since' }).press('Enter');
    await page.getByRole('main', { name: 'Data' }).waitFor();
    await page.getByText('1 picture of a comparison').waitFor();
    expect(await page.getByRole('option').count()).toBe(1);
    await app.look('run-record-relabeled');
    await app.open('Train');
  });

  test('keeps checkpoints by a rule, and lets go of them after a question', async () => {
    const { page } = app;
    await live().getByText('Checkpoint kept after epochs 1, 2, 3, 4').waitFor(slow);
    await unfold(/^Checkpoints · /);
    await live().getByText('The last two, the best and that of every epoch are kept.').waitFor();
    const kept = () => live().getByRole('table').filter({ hasText: 'Saved' }).locator('tbody tr');
    expect(await kept().count()).toBe(7);
    await kept().last().scrollIntoViewIfNeeded();
    await app.look('run-checkpoints');
    await page.getByRole('button', { name: /^Keep only the best and the last \(frees / }).press('Enter');
    const question = page.getByRole('dialog', { name: /^Remove checkpoints of / });
    await question.waitFor();
    await app.look('run-checkpoints-question');
    await page.keyboard.press('Escape');
    expect(await kept().count()).toBe(7);
    await page.getByRole('button', { name: /^Keep only the best and the last \(frees / }).press('Enter');
    await question.getByRole('button', { name: 'Remove', exact: true }).press('Enter');
    await expect.poll(() => kept().count(), slow).toBe(2);
    await live().getByText('Checkpoint kept after').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Remove all checkpoints …' }).press('Enter');
    await question.getByRole('button', { name: 'Remove', exact: true }).press('Enter');
    await live().getByText('No checkpoint is kept', { exact: false }).waitFor(slow);
    expect(
      await row()
        .getByRole('button', { name: /^Evaluate run/ })
        .count(),
    ).toBe(0);
    await page.reload();
    await live().getByText('done', { exact: true }).waitFor(slow);
    await live()
      .getByRole('img', { name: /^Loss: latest/ })
      .waitFor();
  });

  test('in Korean and in a small window', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Language' }).click();
    await page.getByRole('menuitem', { name: '한국어' }).click();
    const panel = page.getByRole('region', { name: '고른 기록의 곡선' });
    await panel.locator('summary').filter({ hasText: '설정과 데이터' }).press('Enter');
    await panel.getByRole('button', { name: '지금과 비교' }).press('Enter');
    await panel.getByText('그 뒤 라벨 변경 1장').waitFor();
    await panel.getByText('그 뒤 라벨 변경 1장').scrollIntoViewIfNeeded();
    await app.look('run-record-korean');
    await page.setViewportSize({ width: 900, height: 600 });
    await panel.getByText('그 뒤 라벨 변경 1장').scrollIntoViewIfNeeded();
    await app.look('run-record-900');
    expect(app.complaints).toEqual([]);
  });
});
