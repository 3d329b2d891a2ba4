/** `npm run bench`: see README.md. Tables on stdout; with `--json`, one object; with `--out FOLDER`, both as files. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { engineInfo } from '../../app/engine/index.ts';
import { duel, type DuelOptions, type DuelResult } from './duel.ts';
import { machineText, measureMachine, runNativeBench } from './native.ts';
import { nets, predictionNets, quick, type BenchNet } from './nets.ts';
import { predictionDuel } from './prediction-duel.ts';
import { profile } from './profile.ts';
import { foot, head, markdown, row, type Comparison } from './table.ts';
import { throughput } from './throughput.ts';

const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    threads: { type: 'string' },
    net: { type: 'string' },
    out: { type: 'string' },
    profile: { type: 'string' },
  },
});
const threads = Number(values.threads ?? engineInfo().threads);
const chosen = nets
  .filter(({ name }) => name.includes(values.net ?? ''))
  .map((net) => (values.quick ? quick(net) : net));
const say = (text: string): void => {
  if (!values.json) console.log(text);
};

function pythonWithTorch(): string {
  const python = process.env.TESSERA_TORCH_PYTHON ?? 'python3';
  if (spawnSync(python, ['-c', 'import torch, numpy']).status === 0) return python;
  console.error(
    `tessera: ${python} has no torch. Install torch and numpy there, or name another Python with TESSERA_TORCH_PYTHON.`,
  );
  process.exit(1);
}

async function againstTorch(): Promise<void> {
  const python = pythonWithTorch();
  const begun = Date.now();
  const options: DuelOptions = values.quick
    ? { python, threads, pairs: 5, chunkSeconds: 0.15, warmUps: 1, heats: 1, isThorough: false }
    : { python, threads, pairs: 15, chunkSeconds: 0.5, warmUps: 3, heats: 4, isThorough: true };
  const before = measureMachine(threads);
  say(`before: ${machineText(before)}, ${threads} threads\n\n${head.join('\n')}`);
  const results: DuelResult[] = [];
  for (const net of chosen) {
    const result = await duel(net, options);
    results.push(result);
    say(row(result, before.peak));
  }
  const after = measureMachine(threads);
  const comparison: Comparison = {
    begun: new Date(begun).toISOString(),
    seconds: (Date.now() - begun) / 1000,
    isa: engineInfo().isa,
    threads,
    before,
    after,
    results,
    ...foot(results),
  };
  say(markdown(comparison).split('\n').slice(-3).join('\n'));
  if (values.json) console.log(JSON.stringify(comparison, null, 2));
  if (values.out === undefined) return;
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, 'torch.json'), `${JSON.stringify(comparison, null, 2)}\n`);
  writeFileSync(join(values.out, 'torch.md'), markdown(comparison));
}

async function alone(): Promise<void> {
  if (!values.json) runNativeBench(values.quick ? 'CIFAR' : '');
  const { peak } = measureMachine(threads);
  const results = [];
  for (const net of chosen) results.push(await throughput(net, threads, values.quick ? 1 : 5));
  if (values.json) {
    console.log(JSON.stringify({ threads, isa: engineInfo().isa, peak, results }, null, 2));
    return;
  }
  console.log(
    `\n| training step (${engineInfo().isa}, ${threads} threads) | images/s | of peak | arena MB |\n|---|--:|--:|--:|`,
  );
  for (const { net, imagesPerSecond, flops, arenaBytes } of results) {
    const share = ((100 * flops) / peak).toFixed(0);
    const megabytes = (arenaBytes / 2 ** 20).toFixed(1);
    console.log(`| ${net} | ${imagesPerSecond.toPrecision(4)} | ${share} % | ${megabytes} |`);
  }
}

/** The first network whose name contains `part`. */
function netCalled(part: string): BenchNet {
  const found = nets.find(({ name }) => name.includes(part));
  if (found !== undefined) return values.quick ? quick(found) : found;
  console.error(
    `tessera: the bench has no network ${part}. There are: ${nets.map(({ name }) => name).join('; ')}`,
  );
  process.exit(2);
}

async function againstOnnxRuntime(): Promise<void> {
  const options = values.quick ? { pairs: 5, chunkSeconds: 0.15 } : { pairs: 15, chunkSeconds: 0.5 };
  const results = [];
  say(`before: ${machineText(measureMachine(threads))}, ${threads} threads\n`);
  say('| prediction | Tessera images/s | ONNX Runtime images/s | ratio (95 %) |\n|---|--:|--:|--:|');
  for (const net of predictionNets.filter(({ name }) => name.includes(values.net ?? ''))) {
    const result = await predictionDuel(net, { threads, ...options });
    results.push(result);
    const [low, high] = result.interval.map((value) => value.toFixed(2));
    const speeds = [result.ours, result.theirs].map((speed) => speed.toFixed(1));
    say(`| ${result.net} | ${speeds.join(' | ')} | ${result.ratio.toFixed(2)} (${low}–${high}) |`);
  }
  say(`\nafter: ${machineText(measureMachine(threads))}`);
  if (values.json) console.log(JSON.stringify({ threads, results }, null, 2));
}

if (values.profile !== undefined) await profile(netCalled(values.profile), threads);
else if (values.against === undefined) await alone();
else if (values.against === 'torch') await againstTorch();
else if (values.against === 'onnxruntime') await againstOnnxRuntime();
else {
  console.error(
    `tessera: there is no rival called ${values.against}. Use --against torch or --against onnxruntime.`,
  );
  process.exit(2);
}
