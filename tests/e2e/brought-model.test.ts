import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeModel, encodeModel } from '../../app/formats/onnx/codec.ts';
import type { ModelProto } from '../../app/formats/onnx/schema.ts';
import { App } from './app.ts';

/** A model that left the app comes back as a start; each test goes on from the one before. */
describe('a model that is brought in', () => {
  const slow = { timeout: 60_000 };
  let app: App;
  let file = '';
  const panel = () => app.page.getByRole('region', { name: 'Models that were brought in' });
  const start = () => app.page.getByRole('combobox', { name: 'Start from' });
  const open = async () => {
    await app.page.getByRole('button', { name: 'Bring in a model…' }).press('Enter');
    await panel().waitFor();
  };
  /** The same file with one operator that nobody knows. */
  const strange = (): Uint8Array => {
    const model = decodeModel(readFileSync(file), file) as ModelProto;
    const node = model.graph.node.find(({ opType }) => opType === 'Relu');
    if (node) Object.assign(node, { opType: 'Mish', name: 'strange' });
    return encodeModel(model);
  };

  beforeAll(async () => {
    app = await App.start();
    const { page } = app;
    file = join(app.home, 'own.onnx');
    await page.getByRole('button', { name: 'Make the sample project X and O' }).click();
    await page.getByText('600 pictures', { exact: false }).first().waitFor();
    await app.noJobs();
    await app.open('Train');
    await page.getByText('480 to train', { exact: false }).waitFor();
    await page.getByLabel('Epochs', { exact: true }).fill('1');
    await page.getByLabel('Epochs', { exact: true }).press('Tab');
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.getByRole('cell', { name: 'done' }).waitFor(slow);
    await app.open('Share');
    await page.getByLabel('Write to').first().fill(file);
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByText('Verified', { exact: true }).waitFor(slow);
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test('is described first, then taken in and trained from, by the keyboard alone', async () => {
    const { page } = app;
    await app.open('Train');
    await page.getByText('480 to train', { exact: false }).waitFor();
    await open();
    // Close, Choose a file, and then the path.
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('Tab');
    await page.keyboard.type(file);
    await page.keyboard.press('Enter');
    await panel().getByRole('heading', { name: 'What own.onnx holds' }).waitFor(slow);
    await panel().getByText('An ONNX network').waitFor();
    await panel().getByText('28×28 pixels, grey').waitFor();
    await panel().getByText('2: X, O').waitFor();
    await panel().getByText('it names the very classes of this project', { exact: false }).waitFor();
    await panel().getByText('It asks for a mean of 0.5', { exact: false }).waitFor();
    await panel()
      .getByRole('list', { name: 'The layers of the network' })
      .getByText('dense')
      .first()
      .waitFor();
    await app.look('train-bring-preview');
    // Look inside, what its numbers are, and then the name.
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('Crosses');
    await page.keyboard.press('Enter');
    await page.getByText('Crosses was brought in', { exact: false }).waitFor(slow);
    expect(await panel().count()).toBe(0);
    // The focus is where the model was chosen.
    expect(await start().evaluate((select) => select === document.activeElement)).toBe(true);
    expect(await start().inputValue()).toMatch(/^m-[0-9a-f]{16}$/);
    await page.getByText(/^All \d+ parts learn$/).waitFor(slow);
    await app.look('train-start-model');
    await page.getByRole('button', { name: 'Start training' }).press('Enter');
    await page.getByRole('cell', { name: 'done' }).nth(1).waitFor(slow);
    await page.getByRole('row').filter({ hasText: 'Crosses' }).getByRole('cell', { name: '1/1' }).waitFor();
  });

  test('is renamed, removed and taken back', async () => {
    const { page } = app;
    await open();
    const name = panel().getByRole('textbox', { name: 'Name of model Crosses' });
    await name.fill('X or O');
    await name.press('Enter');
    await panel().getByRole('textbox', { name: 'Name of model X or O' }).waitFor();
    await app.look('train-brought');
    await panel().getByRole('button', { name: 'Remove model X or O' }).press('Enter');
    await panel().getByText('X or O was removed', { exact: false }).waitFor();
    expect(await start().inputValue()).toBe('scratch');
    await panel().getByRole('button', { name: 'Undo' }).press('Enter');
    await panel().getByRole('button', { name: 'Start from X or O' }).press('Enter');
    expect(await panel().count()).toBe(0);
    await page.reload();
    await page.getByText('480 to train', { exact: false }).waitFor();
    // What the last run began with.
    await expect
      .poll(() => start().evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.text))
      .toBe('Model: X or O');
  });

  test('is refused with the node that is not supported, and nothing of it stays', async () => {
    const { page } = app;
    await app.drop(page.getByRole('main', { name: 'Train' }), [
      { name: 'strange.onnx', bytes: strange(), type: 'application/octet-stream' },
    ]);
    await panel()
      .getByText(
        'strange.onnx is not a well-formed ONNX file: its node strange (Mish) cannot be taken over: Tessera does not know this operator.',
      )
      .waitFor(slow);
    await app.look('train-bring-refused');
    expect(await panel().getByRole('row').count()).toBe(2);
    await page.keyboard.press('Escape');
    expect(app.complaints).toEqual([]);
  });

  test('in Korean too', async () => {
    const { page } = app;
    await page.evaluate(() => localStorage.setItem('tessera.language', 'ko'));
    await page.reload();
    await page.getByRole('button', { name: '모델 가져오기…' }).press('Enter');
    const korean = page.getByRole('region', { name: '가져온 모델' });
    await korean.getByLabel('또는 이 컴퓨터의 경로').fill(file);
    await korean.getByLabel('또는 이 컴퓨터의 경로').press('Enter');
    await korean.getByRole('heading', { name: 'own.onnx의 내용' }).waitFor(slow);
    await app.look('train-bring-ko');
    await app.drop(page.getByRole('main', { name: '학습' }), [
      { name: 'strange.onnx', bytes: strange(), type: 'application/octet-stream' },
    ]);
    await korean.getByText('Tessera가 모르는 연산자입니다', { exact: false }).waitFor(slow);
    await app.screenshot('train-bring-refused-ko');
    expect(app.complaints).toEqual([]);
  });
});
