import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultTrainSettings, type Metric, type Run } from '../../app/contract/index.ts';
import { projectStores } from '../../app/storage/projects.ts';
import { App } from './app.ts';

/** `TESSERA_LONG_RUN=200000` measures at full size; times that are printed are no gate. */
const recorded = Number(process.env['TESSERA_LONG_RUN'] ?? 6000);
const stepsPerEpoch = 1000;

const say = (what: string, value: number, unit: string, goal: string): void =>
  console.log(`  ${what.padEnd(38)} ${value.toFixed(0).padStart(6)} ${unit}   (goal: ${goal})`);

/** A run that was recorded for hours; in the middle of it one step went wrong. */
function keepLongRun(path: string): void {
  using project = projectStores.create(path, 'Long');
  const epochs = Math.ceil(recorded / stepsPerEpoch);
  const run: Run = {
    id: 'long',
    name: 'patient-snail-1',
    model: 'dense',
    status: 'done',
    settings: { ...defaultTrainSettings, epochs },
    graph: {
      name: 'dense',
      input: { channels: 1, height: 28, width: 28 },
      layers: [
        { op: 'flatten', id: 'flatten', input: 'input' },
        { op: 'dense', id: 'logits', input: 'flatten', units: 2, bias: true },
      ],
    },
    classes: ['a', 'b'],
    parameters: 1570,
    createdAt: 1_700_000_000_000,
    endedAt: 1_700_000_000_000 + recorded * 100,
    epoch: epochs,
    bestEpoch: epochs,
    bestValAccuracy: 0.9,
    testAccuracy: null,
    imagesPerSecond: 5000,
    seconds: recorded / 10,
    dataHash: 'ab',
    hasCheckpoint: false,
    error: null,
  };
  const { settings, graph, classes, dataHash } = run;
  project.addRun(run, {
    version: 1,
    runId: run.id,
    settings,
    graph,
    classes,
    normalisation: { mean: [0.5], std: [0.25] },
    manifest: [{ imageId: 1, hash: 'ff', classIndex: 0, split: 'train' }],
    dataHash,
  });
  let points: Metric[] = [];
  let seq = 0;
  for (let step = 1; step <= recorded; step++) {
    const share = step / recorded;
    const tremble = Math.sin(step * 12.9898) * 0.1;
    const at = { step, epoch: step / stepsPerEpoch, time: step / 10, at: run.createdAt + step * 100 };
    points.push({
      kind: 'step',
      seq: seq++,
      ...at,
      loss: step === recorded / 2 ? 40 : 2 * Math.exp(-4 * share) + 0.1 + tremble,
      accuracy: 0.9 * share,
      imagesPerSecond: 5000 + 1000 * tremble,
      learningRate: 0.01 * (1 - share),
      gradientNorm: 1 + tremble,
      memory: 3e8,
      dataWait: 0,
    });
    if (step % stepsPerEpoch === 0) {
      const [trainLoss, trainAccuracy] = [2 * Math.exp(-4 * share), 0.9 * share];
      const judged = { trainLoss, trainAccuracy, valLoss: trainLoss + 0.05, valAccuracy: trainAccuracy };
      points.push({ kind: 'epoch', seq: seq++, ...at, ...judged, imagesPerSecond: 5000 });
    }
    if (points.length >= 10_000 || step === recorded) {
      project.addMetrics(run.id, points);
      points = [];
    }
  }
}

describe(`a run of ${recorded.toLocaleString('en')} recorded steps`, () => {
  let app: App;
  /** The machine may be busy with other things. */
  const slow = { timeout: 60_000 };
  beforeAll(async () => {
    app = await App.start();
    const path = join(app.home, 'long');
    keepLongRun(path);
    // When a chart was painted: uPlot clears its canvas first.
    await app.page.addInitScript(`{
      window.paints = [];
      const { clearRect } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.clearRect = function (...at) {
        window.paints.push([performance.now(), this.canvas]);
        return clearRect.apply(this, at);
      };
    }`);
    await app.page.reload();
    await app.page.getByRole('button', { name: 'Open a project' }).click();
    await app.page.getByLabel('Folder of the project').fill(path);
    await app.page.keyboard.press('Enter');
    await app.page.getByRole('navigation', { name: 'Screens' }).waitFor();
  }, 600_000);
  afterAll(() => app[Symbol.asyncDispose]());

  /** Paints a second of the chart that was painted most, and the longest wait between two of its paints, ms. */
  async function painted(act: () => Promise<unknown>): Promise<{ rate: number; longest: number }> {
    await app.page.evaluate('window.paints = []');
    await act();
    return app.page.evaluate(`(() => {
      const charts = Map.groupBy(window.paints, ([, canvas]) => canvas);
      const times = [...charts.values()].map((all) => all.map(([at]) => at)).sort((a, b) => b.length - a.length)[0] ?? [];
      const waits = times.slice(1).map((at, index) => at - times[index]);
      return { rate: (1000 * waits.length) / (times.at(-1) - times[0]), longest: Math.max(...waits) };
    })()`);
  }
  const loss = () => app.page.getByRole('img', { name: /^Loss: latest/ });
  const zoomed = () => app.page.getByRole('group', { name: 'Zoom' }).getByRole('status');

  test('opens with all of it in view, and the step that went wrong is seen', async () => {
    const { page } = app;
    await page.evaluate('window.paints = []');
    const begun = (await page.evaluate('performance.now()')) as number;
    await app.open('Train');
    await loss().waitFor();
    await expect.poll(() => page.evaluate('window.paints.length'), slow).toBeGreaterThan(0);
    const first = (await page.evaluate('window.paints[0][0]')) as number;
    say('open, to the first curves', first - begun, 'ms', '1000');
    await app.look('long-run');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save Loss as CSV' }).click(),
    ]);
    const path = join(app.home, 'loss.csv');
    await download.saveAs(path);
    const greatest = readFileSync(path, 'utf8')
      .split('\r\n')
      .flatMap((row) => row.split(',').map(Number));
    expect(greatest).toContain(40);
  });

  test('moves on with every frame, with a held key and with the mouse', async () => {
    const { page } = app;
    for (let times = 0; times < 4; times++) await page.keyboard.press('+');
    await expect.poll(() => zoomed().textContent(), slow).toMatch(/^epoch /);
    await app.look('long-run-zoomed');
    const before = await zoomed().textContent();
    const keys = await painted(async () => {
      await page.keyboard.down(']');
      await page.keyboard.down(']');
      await page.waitForTimeout(1500);
      await page.keyboard.up(']');
    });
    say('moved by a held key', keys.rate, 'frames/s', '30');
    say('  longest wait', keys.longest, 'ms', '33');
    expect(await zoomed().textContent()).not.toBe(before);

    const box = await loss().locator('.u-over').boundingBox();
    if (!box) throw new Error('the loss is not drawn');
    const middle = box.y + box.height / 2;
    await page.keyboard.press('0');
    for (let times = 0; times < 4; times++) await page.keyboard.press('+');
    await expect.poll(() => zoomed().textContent(), slow).toMatch(/^epoch /);
    const unmoved = await zoomed().textContent();
    const mouse = await painted(async () => {
      await page.mouse.move(box.x + box.width * 0.9, middle);
      await page.keyboard.down('Shift');
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.1, middle, { steps: 90 });
      await page.mouse.up();
      await page.keyboard.up('Shift');
    });
    say('moved by the mouse', mouse.rate, 'frames/s', '30');
    say('  longest wait', mouse.longest, 'ms', '33');
    expect(await zoomed().textContent()).not.toBe(unmoved);
    expect(app.complaints).toEqual([]);
  });
});
