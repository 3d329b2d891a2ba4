/** `npm run bench`: see README.md. Tables on stdout; with `--json`, one object. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { engineInfo } from '../../app/engine/index.ts';
import { duel, type DuelResult } from './duel.ts';
import { runNativeBench } from './native.ts';
import { nets } from './nets.ts';
import { throughput } from './throughput.ts';

const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    threads: { type: 'string' },
    net: { type: 'string' },
  },
});
const threads = Number(values.threads ?? engineInfo().threads);
const chosen = nets.filter(({ name }) => name.includes(values.net ?? ''));

function pythonWithTorch(): string {
  const python = process.env.TESSERA_TORCH_PYTHON ?? 'python3';
  if (spawnSync(python, ['-c', 'import torch, numpy']).status === 0) return python;
  console.error(
    `tessera: ${python} has no torch. Install torch and numpy there, or name another Python with TESSERA_TORCH_PYTHON.`,
  );
  process.exit(1);
}

const row = ({ net, ours, theirs, ratio, interval, rival }: DuelResult): string =>
  `| ${net} | ${ours.toFixed(0)} | ${theirs.toFixed(0)} | ${ratio.toFixed(2)} (${interval.map((x) => x.toFixed(2)).join('–')}) | ${rival} |`;

async function againstTorch(): Promise<void> {
  const python = pythonWithTorch();
  const results: DuelResult[] = [];
  if (!values.json) {
    console.log(
      '| training step | Tessera images/s | PyTorch images/s | ratio (95 %) | rival |\n|---|---|---|---|---|',
    );
  }
  for (const net of chosen) {
    const result = await duel(net, { python, threads, pairs: values.quick ? 9 : 21, chunkSeconds: 0.5 });
    results.push(result);
    if (!values.json) console.log(row(result));
  }
  const geometricMean = Math.exp(
    results.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / results.length,
  );
  if (values.json) console.log(JSON.stringify({ threads, results, geometricMean }, null, 2));
  else console.log(`\ngeometric mean ${geometricMean.toFixed(2)}, ${threads} threads`);
}

async function alone(): Promise<void> {
  if (!values.json) runNativeBench(values.quick ? ['--quick'] : []);
  const results = [];
  for (const net of chosen) results.push(await throughput(net, threads, values.quick ? 1 : 5));
  if (values.json) {
    console.log(JSON.stringify({ threads, isa: engineInfo().isa, results }, null, 2));
    return;
  }
  console.log(
    `\n| training step (${engineInfo().isa}, ${threads} threads) | images/s | arena MB |\n|---|---|---|`,
  );
  for (const { net, imagesPerSecond, arenaBytes } of results) {
    console.log(`| ${net} | ${imagesPerSecond.toFixed(0)} | ${(arenaBytes / 2 ** 20).toFixed(1)} |`);
  }
}

if (values.against === undefined) await alone();
else if (values.against === 'torch') await againstTorch();
else {
  console.error(`tessera: there is no rival called ${values.against}. Use --against torch.`);
  process.exit(2);
}
