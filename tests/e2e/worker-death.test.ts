import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { App } from './app.ts';

describe('the worker is killed in the middle of an epoch', () => {
  let app: App;
  beforeAll(async () => {
    app = await App.start();
    await app.page.getByRole('button', { name: 'Make the sample project X and O' }).click();
    await app.page.getByText('600 pictures added').waitFor();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test('the app stays up, the run is stopped, its checkpoint answers, and it can be resumed to its end', async () => {
    const { page } = app;
    await app.open('Train');
    await page.getByRole('spinbutton', { name: 'Epochs', exact: true }).fill('60');
    await page.getByRole('button', { name: 'Start training' }).click();
    const live = page.getByRole('region', { name: 'Curves of the chosen run' });
    await live.getByText(/^epoch [2-9]\.\d of 60$/).waitFor();
    for (const pid of app.workers()) process.kill(pid, 'SIGKILL');
    await live.getByText('stopped', { exact: true }).waitFor();
    await live
      .getByText(
        'The system ended the worker process (signal SIGKILL), most likely because memory ran out.',
        { exact: false },
      )
      .first()
      .waitFor();
    await app.look('train-stopped');

    await app.open('Evaluate');
    await page.getByText('Accuracy', { exact: true }).first().waitFor();

    await app.open('Train');
    await page.getByRole('button', { name: /^Resume run / }).click();
    // Sixty epochs; the machine may be busy with other things.
    await live.getByText('done', { exact: true }).waitFor({ timeout: 120_000 });
    await live.getByText('epoch 60 of 60').waitFor();
    expect(app.complaints).toEqual([]);
  });
});
