import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { App, screenshots } from './app.ts';

/** Two short runs of the sample that differ in their settings; each test goes on from the one before. */
describe('runs over each other', () => {
  let app: App;
  /** The machine may be busy with other things. */
  const slow = { timeout: 60_000 };

  async function train(epochs: string, rate: string): Promise<void> {
    const { page } = app;
    const done = page.getByRole('table').last().getByText('done', { exact: true });
    const before = await done.count();
    for (const [label, value] of [
      ['Epochs', epochs],
      ['Learning rate', rate],
    ] as const) {
      await page.getByLabel(label, { exact: true }).fill(value);
      await page.getByLabel(label, { exact: true }).press('Tab');
    }
    await page.getByRole('button', { name: 'Start training' }).click();
    await expect.poll(() => done.count(), slow).toBe(before + 1);
  }

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

  const comparison = (name: string): Locator => app.page.getByRole('checkbox', { name });
  const shown = (): Locator => app.page.getByRole('region', { name: 'Curves of the chosen run' });

  test('the curves of speed and memory have room for their figures', async () => {
    const { page } = app;
    await page.locator('summary').filter({ hasText: 'Course of the run' }).click();
    await page.getByLabel('Keep every … epochs', { exact: true }).fill('2');
    await page.getByLabel('Keep every … epochs', { exact: true }).press('Tab');
    await train('4', '0.002');
    await page.getByText('Checkpoint kept after epochs 2, 4').waitFor();
    await train('3', '0.0005');
    const further = page.locator('summary').filter({ hasText: 'Learning rate, gradients, speed, memory' });
    await further.click();
    await page.getByText('Memory', { exact: true }).scrollIntoViewIfNeeded();
    await app.screenshot('compare-further');
    await further.click();
  });

  test('a stretch is brushed, moved and left again, with the mouse and with keys', async () => {
    const { page } = app;
    const zoom = page.getByRole('group', { name: 'Zoom' }).getByRole('status');
    const plot = shown()
      .getByRole('img', { name: /^Loss: latest/ })
      .locator('.u-over');
    const box = await plot.boundingBox();
    if (!box) throw new Error('the loss is not drawn');
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2, { steps: 5 });
    await app.screenshot('compare-brush');
    await page.mouse.up();
    await expect.poll(() => zoom.textContent(), slow).toMatch(/^epoch \d/);
    const brushed = await zoom.textContent();
    await app.look('compare-zoom');
    await page.keyboard.press('[');
    await expect.poll(() => zoom.textContent(), slow).not.toBe(brushed);
    await page.keyboard.press('0');
    await expect.poll(() => zoom.textContent(), slow).toContain('Drag');
    await page.getByRole('button', { name: 'Zoom in (+)' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => zoom.textContent(), slow).toMatch(/^epoch \d/);
    await plot.dblclick();
    await expect.poll(() => zoom.textContent(), slow).toContain('Drag');
    // What is dragged before the chart was painted anew is the stretch of then, not the one on the canvas.
    await plot.evaluate((over) => {
      window.dispatchEvent(new KeyboardEvent('keydown', { key: '+' }));
      const { left, top, width } = over.getBoundingClientRect();
      const at = (share: number): MouseEventInit => ({
        clientX: left + width * share,
        clientY: top + 9,
        shiftKey: true,
        bubbles: true,
      });
      over.dispatchEvent(new MouseEvent('mousedown', at(0.6)));
      over.dispatchEvent(new MouseEvent('mousemove', at(0.4)));
      over.dispatchEvent(new MouseEvent('mouseup', at(0.4)));
    });
    await expect.poll(() => zoom.textContent(), slow).toMatch(/^epoch \d/);
    await page.keyboard.press('0');
    await expect.poll(() => zoom.textContent(), slow).toContain('Drag');
  });

  /** Presses the button that saves a chart, and reads the file that comes. */
  async function saved(label: string): Promise<{ name: string; bytes: Buffer }> {
    const [download] = await Promise.all([
      app.page.waitForEvent('download'),
      app.page.getByRole('button', { name: label, exact: true }).click(),
    ]);
    const path = join(app.home, download.suggestedFilename());
    await download.saveAs(path);
    return { name: download.suggestedFilename(), bytes: readFileSync(path) };
  }

  test('what is shown is saved as CSV, SVG and PNG', async () => {
    const table = await saved('Save Loss as CSV');
    expect(table.name).toMatch(/-loss\.csv$/);
    expect(table.bytes.toString()).toMatch(
      /^epoch,train(,train min,train max)?,validation\r\n[\d.]+(,[\d.]*)+\r\n/,
    );
    const svg = (await saved('Save Accuracy as SVG')).bytes.toString();
    expect(svg).toMatch(/^<svg [^]*>validation \d+\.\d %<\/text>[^]*<\/svg>$/);
    expect(svg).not.toContain('NaN');
    // The diamond of the checkpoint that was kept.
    expect(svg).toMatch(/l4 4l-4 4l-4 -4Z/);
    const png = (await saved('Save Loss as PNG')).bytes;
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1600, 800]);
    mkdirSync(screenshots, { recursive: true });
    writeFileSync(join(screenshots, 'compare-saved-loss.png'), png);
  });

  test('two runs are chosen with keys and drawn over each other, with what differs between them', async () => {
    const { page } = app;
    const boxes = comparison('Compare run');
    for (const index of [0, 1]) {
      await boxes.nth(index).focus();
      await page.keyboard.press('Space');
    }
    await page.getByRole('heading', { name: '2 runs over each other' }).waitFor();
    const differences = page.getByRole('region', { name: 'Settings that differ' });
    expect(await differences.locator('tbody th').allTextContents()).toEqual(['Epochs', 'Learning rate']);
    const cells = await differences.locator('tbody td').allTextContents();
    expect(cells).toEqual(['3', '4', '0.0005', '0.002']);
    const names = await differences.locator('thead th').allTextContents();
    const plot = shown().getByRole('img', { name: /^Accuracy: latest/ });
    for (const name of names.slice(1)) {
      await expect.poll(() => plot.getAttribute('aria-label'), slow).toContain(name);
    }
    await plot.hover();
    await expect.poll(() => shown().locator('.readout').last().textContent(), slow).toContain(names[2]);
    // The chart is made anew under a mouse that stands still: what it reads out stays.
    const logLoss = page.getByLabel('Log loss', { exact: true });
    for (const isLog of [true, false]) {
      await logLoss.press('Space');
      await expect.poll(() => logLoss.isChecked()).toBe(isLog);
      // Charts are made anew with the next frame.
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      for (const readout of await shown().locator('.readout').allTextContents()) {
        expect(readout).toContain(names[2]);
      }
    }
    await app.look('compare-two');
    const { bytes } = await saved('Save Accuracy as PNG');
    writeFileSync(join(screenshots, 'compare-saved-two.png'), bytes);
  });

  test('a reload shows the comparison again, and it is ended', async () => {
    const { page } = app;
    await page.reload();
    await page.getByRole('heading', { name: '2 runs over each other' }).waitFor();
    await page.setViewportSize({ width: 900, height: 600 });
    await app.look('compare-two-900');
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('button', { name: 'Language' }).click();
    await page.getByRole('menuitem', { name: '한국어' }).click();
    await page.getByRole('heading', { name: '학습 기록 2개 겹쳐 보기' }).waitFor();
    await app.look('compare-two-korean');
    await page.getByRole('button', { name: '언어' }).click();
    await page.getByRole('menuitem', { name: 'English' }).click();
    await page.getByRole('button', { name: 'End comparison' }).click();
    await page.getByRole('heading', { name: '2 runs over each other' }).waitFor({ state: 'detached' });
    expect(app.complaints).toEqual([]);
  });
});
