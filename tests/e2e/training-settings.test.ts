import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { App } from './app.ts';

/** Everything that can be set before a training, set and looked at; each test goes on from the one before. */
describe('the settings of a training', () => {
  let app: App;
  beforeAll(async () => {
    app = await App.start();
    const { page } = app;
    await page.getByRole('button', { name: 'Make the sample project X and O' }).click();
    await page.getByText('600 pictures', { exact: false }).first().waitFor();
    await app.noJobs();
    await app.open('Train');
    // The sample may still be on its way.
    await page.getByText('480 to train', { exact: false }).waitFor();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  /** The machine may be busy with other things. */
  const slow = { timeout: 60_000 };
  const unfold = (title: string): Promise<void> =>
    app.page.locator('summary').filter({ hasText: title }).first().click();
  const field = (label: string): Locator => app.page.getByLabel(label, { exact: true });
  const choice = (label: string): Locator => app.page.getByRole('combobox', { name: label, exact: true });
  async function fill(label: string, value: string): Promise<void> {
    await field(label).fill(value);
    await field(label).press('Tab');
  }

  test('the learning rate over the run is drawn, and changes with its schedule', async () => {
    await unfold('Learning rate over the run');
    const line = app.page.getByRole('img', { name: /^Learning rate, / }).locator('polyline');
    await expect.poll(() => line.getAttribute('points'), slow).toMatch(/^0,0 /);
    const cosine = await line.getAttribute('points');
    await choice('Schedule').selectOption('oneCycle');
    await expect.poll(() => line.getAttribute('points'), slow).not.toBe(cosine);
    await choice('Schedule').selectOption('cosine');
    await fill('Warm-up, epochs', '0.5');
  });

  test('a learning rate is found, and taken with a key', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Find a learning rate' }).click();
    const suggested = page.getByRole('button', { name: /^Suggested: / });
    await suggested.waitFor(slow);
    const plot = page.getByRole('button', { name: /^Loss by learning rate/ });
    await plot.focus();
    await page.keyboard.press('ArrowRight');
    await app.look('train-rate');
    await page.keyboard.press('Enter');
    const said = await page.getByText(/^Take /).textContent();
    expect(await field('Learning rate').inputValue()).toBe(said?.replace('Take ', ''));
    await suggested.click();
    const rate = await suggested.textContent();
    expect(rate).toContain(await field('Learning rate').inputValue());
  });

  test('augmented pictures are shown as the network will see them', async () => {
    const { page } = app;
    await unfold('Augmentation');
    await choice('Preset').selectOption('drawings');
    const pictures = page.getByRole('img', { name: /^Picture in epoch/ });
    await expect.poll(() => pictures.count(), slow).toBe(16);
    const before = await pictures.first().getAttribute('src');
    await fill('Erase', '1');
    await expect.poll(() => pictures.first().getAttribute('src'), slow).not.toBe(before);
    expect(await choice('Preset').inputValue()).toBe('own');
    await pictures.first().scrollIntoViewIfNeeded();
    await app.look('train-augment');
    await choice('Preset').selectOption('drawings');
  });

  test('loss, weights and the course of the run are set, and the run keeps them', async () => {
    const { page } = app;
    await unfold('Loss and weights');
    await fill('Label smoothing', '0.1');
    await field('Rare classes weigh more').check();
    await fill('Clip norm', '5');
    await unfold('Course of the run');
    await fill('Stop early after', '3');
    await fill('Keep every … epochs', '2');
    await field('Every class equally often').check();
    await unfold('Layers that stay as they are');
    await field('Stop early after').scrollIntoViewIfNeeded();
    await app.look('train-course');
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.getByText('done', { exact: true }).first().waitFor();
    await unfold('Learning rate, gradients, speed, memory');
    await page.getByText('Norm of the gradients', { exact: true }).scrollIntoViewIfNeeded();
    await app.screenshot('train-done-settings');
    await unfold('Inside the layers');
    await page.getByText('epoch 1', { exact: true }).waitFor();
    await app.look('train-layers');
    await page.reload();
    await page.getByRole('button', { name: 'Start training' }).waitFor();
    await unfold('Loss and weights');
    await expect.poll(() => field('Clip norm').inputValue(), slow).toBe('5');
    expect(await field('Label smoothing').inputValue()).toBe('0.1');
    expect(await field('Rare classes weigh more').isChecked()).toBe(true);
  });

  test('in a small window everything has its place', async () => {
    const { page } = app;
    await page.setViewportSize({ width: 900, height: 600 });
    await unfold('Augmentation');
    await app.look('train-settings-900');
    expect(app.complaints).toEqual([]);
  });
});
