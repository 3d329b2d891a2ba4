/**
 * "What fits tonight?" held to what training really takes, in rounds: this computer is measured, then each network is foretold and
 * trained right away, so that what else the computer does meets both. Never a gate.
 *
 *     node tests/bench/forecast.ts [--runs | --processor] [--rounds N] [--threads N] [--batch N] [--only PART]
 *
 * Without `--runs` a few steps of each network against the sum over its layers, which is what the table of all networks goes by.
 * With it whole runs of two epochs through the real services: time, memory and disk, foretold from the table and after
 * a rehearsal. Medians over the rounds, and how many are within 25 %. `--processor` takes the time of the processor for that of the
 * clock, with one thread, where the computer has other work and its clock tells nothing.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultTrainSettings, type ArchitectureName, type Forecast } from '../../app/contract/index.ts';
import { Estimate } from '../../app/core/forecast/estimate.ts';
import { buildArchitecture } from '../../app/core/model/architectures.ts';
import { Timed } from '../../app/jobs/tasks/timed-network.ts';
import { runBenchmark } from '../../app/jobs/tasks/benchmark.ts';
import { LiveServices } from '../jobs/training/live-services.ts';
import { jpegs } from '../jobs/training/photographs.ts';
import { median } from './statistics.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
    batch: { type: 'string', default: '16' },
    only: { type: 'string', default: '' },
    processor: { type: 'boolean', default: false },
  },
});
const [rounds, threads, batchSize] = [
  values.rounds,
  values.processor ? '1' : values.threads,
  values.batch,
].map(Number) as [number, number, number];
const within = 0.25;
if (values.processor) {
  // Whoever measures in this process measures by that, the benchmark too.
  performance.now = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
}

type Case = readonly [model: ArchitectureName, imageSize: number];
const steps: Case[] = [
  ['small-cnn', 28],
  ['small-cnn', 64],
  ['resnet-20', 32],
  ['resnet-20', 64],
  ['resnet-18', 128],
  ['resnet-18', 224],
  ['vgg-11', 64],
  ['vgg-11', 128],
  ['mobilenet-v2', 128],
  ['mobilenet-v2', 224],
  ['googlenet', 128],
  ['googlenet', 224],
];
const runs: Case[] = [
  ['small-cnn', 28],
  ['small-cnn', 64],
  ['resnet-20', 32],
  ['resnet-20', 64],
  ['resnet-18', 64],
  ['resnet-18', 128],
  ['mobilenet-v2', 64],
  ['mobilenet-v2', 128],
];
const chosen = (cases: readonly Case[]): Case[] => cases.filter(([model]) => model.includes(values.only));

/** Shares of what was foretold of what it was, by network and column. */
class Ratios {
  readonly #all = new Map<string, Map<string, number[]>>();

  add(row: string, column: string, foretold: number, actual: number): void {
    const columns = this.#all.get(row) ?? new Map<string, number[]>();
    columns.set(column, [...(columns.get(column) ?? []), foretold / actual]);
    this.#all.set(row, columns);
  }

  print(): void {
    const columns = [...new Set([...this.#all.values()].flatMap((row) => [...row.keys()]))];
    const line = (cells: string[]): void => console.log(`| ${cells.join(' | ')} |`);
    console.log('\nForetold to actual, the median over the rounds, and the least and greatest:');
    line(['network', ...columns]);
    line(['---', ...columns.map(() => '--:')]);
    for (const [name, row] of this.#all) {
      line([name, ...columns.map((column) => spread(row.get(column) ?? []))]);
    }
    for (const column of columns) {
      const medians = [...this.#all.values()].map((row) => median(row.get(column) ?? []));
      const good = medians.filter((ratio) => Math.abs(ratio - 1) <= within).length;
      console.log(`${column}: ${good} of ${medians.length} within 25 %`);
    }
  }
}

const spread = (ratios: number[]): string =>
  `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)})`;

async function measured() {
  const begun = performance.now();
  const context = { signal: new AbortController().signal, progress: () => undefined };
  const { speeds } = await runBenchmark({ kind: 'benchmark', threads }, context);
  console.log(`measured in ${((performance.now() - begun) / 1000).toFixed(1)} s: ${JSON.stringify(speeds)}`);
  return speeds;
}

/** Nothing but steps: the sum over layers before and after, against the quickest of six. */
async function benchSteps(): Promise<void> {
  const ratios = new Ratios();
  for (let round = 0; round < rounds; round += 1) {
    const estimate = new Estimate(await measured());
    for (const [model, imageSize] of chosen(steps)) {
      const graph = buildArchitecture(model, { channels: 3, imageSize, classes: 10 });
      using network = new Timed(graph, batchSize, threads);
      await network.step();
      const times = [await network.step(), await network.step(), await network.step()];
      const forward = [await network.forward(), await network.forward()];
      const foretold = estimate.of({ graph, model, imageSize, batch: batchSize });
      const name = `${model} ${imageSize}`;
      ratios.add(name, 'step', foretold.step, Math.min(...times));
      ratios.add(name, 'forward', foretold.forward * batchSize, Math.min(...forward));
      console.log(`${name}: ${ms(foretold.step)} foretold, ${ms(Math.min(...times))} taken`);
    }
  }
  ratios.print();
}

const ms = (seconds: number): string => `${(1000 * seconds).toFixed(1)} ms`;

async function photographs(folder: string, count: number): Promise<void> {
  for (const [at, jpeg] of (await jpegs(count, 320, 240)).entries()) {
    const into = join(folder, at % 2 === 0 ? 'one' : 'two');
    mkdirSync(into, { recursive: true });
    writeFileSync(join(into, `${at}.jpg`), jpeg);
  }
}

const bytesBelow = (folder: string): number =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
    : 0;

async function benchRuns(): Promise<void> {
  const ratios = new Ratios();
  const folder = mkdtempSync(join(tmpdir(), 'tessera-forecast-'));
  try {
    await photographs(folder, 256);
    await using live = new LiveServices();
    const { client } = live;
    const { project } = await client.projects.create({ name: 'Forecast' });
    const projectId = project.id;
    const imported = await client.dataset.startImport({
      projectId,
      source: { paths: [folder] },
      layout: 'auto',
    });
    await live.settled(imported.jobId);
    const settingsOf = ([name, imageSize]: Case) => ({
      ...defaultTrainSettings,
      model: { kind: 'architecture', name } as const,
      imageSize,
      batchSize,
      threads,
      epochs: 2,
    });
    const foretell = async (of: Case): Promise<Forecast> => {
      const fits = await client.models.fits({ projectId, settings: settingsOf(of) });
      const told = fits?.chosen ?? null;
      if (told === null) throw new Error('nothing was foretold');
      return told;
    };
    for (let round = 0; round < rounds; round += 1) {
      const { jobId } = await client.models.startBenchmark({ projectId, threads });
      await live.settled(jobId);
      const table = new Map<Case, Forecast>();
      const cases = chosen(runs);
      for (const each of cases) table.set(each, await foretell(each));
      for (const each of cases) {
        const settings = settingsOf(each);
        const trial = await client.models.startRehearsal({ projectId, settings });
        const { error } = await live.settled(trial.jobId ?? '');
        if (error) throw new Error(error.message);
        const rehearsed = await foretell(each);
        const started = await client.runs.start({ projectId, settings });
        await live.settled(started.jobId);
        const {
          seconds,
          memoryBytes,
          id,
          error: failure,
        } = await client.runs.get({ projectId, runId: started.run.id });
        if (seconds === null || failure !== null) throw new Error(failure ?? 'it did not end');
        const name = each.join(' ');
        // Read once, pictures are in the cache for the rounds that follow.
        const disk = bytesBelow(join(project.path, 'runs', id));
        const cache = settings.imageSize ** 2 * 3 * 256;
        const told = table.get(each) ?? rehearsed;
        ratios.add(name, 'table', told.seconds, seconds - (rehearsed.readingSeconds ?? 0));
        ratios.add(name, 'rehearsed', rehearsed.seconds, seconds);
        ratios.add(name, 'memory of the table', told.memoryBytes, memoryBytes ?? NaN);
        ratios.add(name, 'memory', rehearsed.memoryBytes, memoryBytes ?? NaN);
        ratios.add(name, 'disk', rehearsed.diskBytes, disk + cache);
        const text = [told.seconds, rehearsed.seconds, seconds].map((value) => value.toFixed(2)).join(', ');
        console.log(`${name}: ${text} s; ${Math.round((memoryBytes ?? 0) / 1e6)} MB`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  ratios.print();
}

await (values.runs ? benchRuns() : benchSteps());
