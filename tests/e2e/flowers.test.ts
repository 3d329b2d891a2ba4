import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { App } from './app.ts';

const zip = fileURLToPath(new URL('../../../shared/data/flowers.zip', import.meta.url));
const isMissing = !existsSync(zip);
if (isMissing) console.warn(`  SKIPPED: ${zip} is not there, so no photographs are learned`);

/** What the app is for: photographs of one's own to a model that knows them, in five actions and no setting. */
describe.skipIf(isMissing)('650 photographs of flowers', () => {
  let app: App;
  /** The machine may be busy with other things. */
  const slow = { timeout: 90_000 };
  beforeAll(async () => {
    app = await App.start();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test('are a classifier after five actions', async () => {
    const { page } = app;
    const bytes = readFileSync(zip);
    const begun = performance.now();
    await app.drop(page.getByRole('main'), [{ name: 'flowers.zip', bytes, type: 'application/zip' }]);
    await page.getByRole('button', { name: 'Import 650 pictures' }).click();
    await page.getByText('648 pictures added, 2 duplicates left out').waitFor(slow);
    await app.open('Train');
    await page
      .getByRole('combobox', { name: 'Start from' })
      .selectOption({ label: 'ImageNet: only the head' });
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.getByRole('cell', { name: 'done' }).waitFor(slow);
    const seconds = (performance.now() - begun) / 1000;
    await app.look('flowers-trained');

    await app.open('Evaluate');
    const accuracy = page.getByRole('definition').first();
    const text = (await accuracy.textContent()) ?? '';
    await app.look('flowers-evaluated');
    console.log(`  flowers: ${text.trim()}, ${seconds.toFixed(1)} s from the drop to the model`);
    expect(Number(/(\d+\.\d) %/.exec(text)?.[1])).toBeGreaterThanOrEqual(90);
    expect(app.complaints).toEqual([]);
  });
});
