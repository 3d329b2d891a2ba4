import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphFromText } from '../../app/contract/index.ts';
import { App } from './app.ts';

/** ResNet-20 on the sample, edited by keyboard, saved and trained; each test goes on from the one before. */
describe('the network builder', () => {
  let app: App;
  /** The machine may be busy with other things. */
  const slow = { timeout: 150_000 };
  const map = () => app.page.getByRole('listbox', { name: /^The layers of the network/ });
  const layer = (name: RegExp) => map().getByRole('option', { name });
  const settings = () => app.page.getByRole('region', { name: 'Settings of the layer' });
  const chosen = () => map().locator('[aria-selected=true]').getAttribute('aria-label');
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await app.page.keyboard.press(key);
  };

  beforeAll(async () => {
    app = await App.start();
    const { page } = app;
    await page.getByRole('button', { name: 'Make the sample project X and O' }).click();
    await page.getByText('600 pictures', { exact: false }).first().waitFor();
    await app.noJobs();
    await app.open('Train');
    await page.getByText('480 to train', { exact: false }).waitFor();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test('opens ResNet-20 with its residual branches drawn', async () => {
    const { page } = app;
    await page.getByRole('radio', { name: /^ResNet-20/ }).focus();
    await press('Space');
    await page.getByRole('button', { name: 'Edit the network' }).press('Enter');
    await page.getByRole('region', { name: 'Network builder' }).waitFor();
    await layer(/^convolution stage1.block1.conv1 .*gives 16×32×32/).waitFor();
    await page.getByText('It fits together.').waitFor();
    await app.look('builder-resnet');
  });

  test('arrows walk along the edges, into the shortcut and back', async () => {
    await map().focus();
    await press('Home', 'ArrowDown');
    expect(await chosen()).toContain('convolution conv ');
    await layer(/^add stage2.block1.add,/).click();
    await press('ArrowRight');
    expect(await chosen()).toContain('stage2.block1.shortcut.norm');
    await press('ArrowUp');
    expect(await chosen()).toContain('convolution stage2.block1.shortcut ');
    await press('ArrowUp');
    expect(await chosen()).toContain('ReLU stage1.block3.relu2');
  });

  test('a branch is cut off, and undo brings it back', async () => {
    const { page } = app;
    await layer(/^add stage1.block2.add,/).click();
    await settings().getByRole('button', { name: 'Cut off branch 2' }).press('Enter');
    await layer(/^add stage1.block2.add,/).waitFor({ state: 'detached' });
    await page.getByText('It fits together.').waitFor();
    await map().focus();
    await press('Control+z');
    await layer(/^add stage1.block2.add,/).waitFor();
    await press('Control+Shift+z');
    await layer(/^add stage1.block2.add,/).waitFor({ state: 'detached' });
  });

  test('a skip connection over a stage does not fit, says so, and is mended', async () => {
    const { page } = app;
    await layer(/^ReLU stage1.block1.relu2,/).click();
    await press('b');
    const dialog = page.getByRole('dialog', { name: 'Branch from stage1.block1.relu2' });
    const behind = dialog.getByLabel('Meets behind');
    await behind.waitFor();
    await behind.selectOption({ value: 'stage2.block2.relu2' });
    await dialog.getByLabel('On the way').selectOption('nothing');
    await app.look('builder-branch');
    await dialog.getByRole('button', { name: 'Add branch' }).press('Enter');
    await layer(/^add add1, gives 32×16×16, .*16 × 32 × 32; only equal shapes can be added/).waitFor();
    await page.getByText('1 mistake', { exact: false }).waitFor();
    expect(await page.getByRole('button', { name: 'Train this network' }).isDisabled()).toBe(true);
    await app.look('builder-mistake');
    await settings().getByRole('button', { name: 'Make the branch fit' }).press('Enter');
    await page.getByText('It fits together.').waitFor();
    // The focus was on what is gone now; it is in the drawing, on what was put in.
    expect(await chosen()).toMatch(/^convolution conv1 32 · 1×1 \/2, gives 32×16×16/);
  });

  test('layers are put in, set, copied and removed by keys', async () => {
    const { page } = app;
    await map().focus();
    await press('a');
    await page.getByRole('dialog', { name: 'Insert after conv1' }).waitFor();
    await page.keyboard.type('batch norm');
    await app.look('builder-insert');
    await press('Enter');
    await layer(/^batch norm norm1,/).waitFor();
    await map().focus();
    await press('d');
    await layer(/^batch norm norm2,/).waitFor();
    await press('Delete');
    await layer(/^batch norm norm2,/).waitFor({ state: 'detached' });

    await layer(/^convolution stage3.block1.conv1 /).click();
    await press('Enter');
    const kernel = settings().getByLabel('Filter size', { exact: true });
    await kernel.fill('5');
    await kernel.press('Enter');
    await layer(/^convolution stage3.block1.conv1 64 · 5×5 \/2, gives 64×8×8/).waitFor();
    await kernel.press('Escape');
    expect(await map().evaluate((element) => element === document.activeElement)).toBe(true);
    await layer(/^ReLU stage3.block3.relu2,/).click();
    await settings()
      .getByRole('group', { name: /^Block stage3.block3/ })
      .getByRole('button', { name: 'Duplicate block' })
      .press('Enter');
    await layer(/^add stage3.block4.add,/).waitFor();
    await page.getByText('It fits together.').waitFor();
  });

  test('JSON goes out, and comes in; what is none says why', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'JSON' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Save as a file' }).click(),
    ]);
    const text = readFileSync(await download.path(), 'utf8');
    const graph = graphFromText(text, download.suggestedFilename());
    expect(graph.layers.map(({ id }) => id)).toContain('stage3.block4.add');

    await page.getByRole('button', { name: 'JSON' }).click();
    await page.getByRole('menuitem', { name: 'Paste JSON' }).click();
    const dialog = page.getByRole('dialog', { name: 'A network from JSON' });
    await dialog.getByLabel('JSON of the network').fill(text.slice(0, 200));
    await dialog.getByRole('button', { name: 'Take it' }).click();
    await dialog.getByText('is not a well-formed JSON file', { exact: false }).waitFor();
    await app.screenshot('builder-paste');
    await dialog.getByLabel('JSON of the network').fill(text);
    await dialog.getByRole('button', { name: 'Take it' }).click();
    await dialog.waitFor({ state: 'detached' });
    await layer(/^add stage3.block4.add,/).waitFor();
  });

  test('in Korean', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Language' }).click();
    await page.getByRole('menuitem', { name: '한국어' }).click();
    await page.getByRole('region', { name: '네트워크 편집기' }).waitFor();
    await page.getByRole('option', { name: /^펼치기 flatten,/ }).click();
    await press('Delete');
    await page.getByText('숫자 한 줄이 필요합니다', { exact: false }).first().waitFor();
    await app.look('builder-korean');
    await press('Control+z');
    await page.getByText('모두 맞습니다.').waitFor();
    await page.getByRole('button', { name: '언어' }).click();
    await page.getByRole('menuitem', { name: 'English' }).click();
    await page.getByText('It fits together.').waitFor();
  });

  test('in a small window', async () => {
    const { page } = app;
    await page.setViewportSize({ width: 900, height: 600 });
    await app.screenshot('builder-small');
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('is saved in the project, and lost by no reload', async () => {
    const { page } = app;
    await map().focus();
    await press('Control+s');
    const dialog = page.getByRole('dialog', { name: 'Save the network in this project' });
    await dialog.getByLabel('Name').fill('leaping');
    await dialog.getByLabel('Name').press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'leaping saved' }).waitFor();
    await page.reload();
    await layer(/^add stage3.block4.add,/).waitFor();
    await page.getByRole('heading', { name: /^leaping/ }).waitFor();
  });

  test('trains an epoch of the edited network', slow, async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Train this network' }).press('Enter');
    await page.getByRole('radio', { name: /^leaping/ }).waitFor();
    expect(await page.getByRole('radio', { name: /^leaping/ }).isChecked()).toBe(true);
    await page.getByLabel('Epochs', { exact: true }).fill('1');
    await page.getByLabel('Epochs', { exact: true }).press('Tab');
    await page.getByLabel('Picture size', { exact: true }).fill('16');
    await page.getByLabel('Picture size', { exact: true }).press('Tab');
    await app.look('builder-train');
    await page.getByRole('button', { name: 'Start training' }).press('Enter');
    const row = page.getByRole('region', { name: 'Runs' }).getByRole('row').nth(1);
    await row.getByText('done', { exact: true }).waitFor(slow);
    expect(await row.innerText()).toContain('leaping');
    await app.screenshot('builder-trained');
    expect(app.complaints).toEqual([]);
  });
});
