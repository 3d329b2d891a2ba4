/**
 * Peak memory of a training step, ours against PyTorch's: `node tests/bench/memory.ts [PART…]` takes the networks of nets.ts
 * whose names contain a part; by default vgg-11 and resnet-18 at 224. Linux alone, whose kernel counts the peak of each
 * process. Each side runs in a process of its own; growth is from before the network is made to the highest point of three
 * steps by SGD with momentum. PyTorch runs in both memory formats, and the one that needs less counts.
 */
import { spawnSync } from 'node:child_process';
import { nets } from './nets.ts';

interface Peak {
  /** Bytes, before the network is made and at the highest point. */
  before: number;
  peak: number;
  /** What Tessera says that it holds. */
  told?: number;
}

const python = process.env['TESSERA_TORCH_PYTHON'] ?? 'python3';
const threads = 2;

function measure(command: string, args: string[], setup: object): Peak {
  const { stdout, status } = spawnSync(command, args, {
    input: `${JSON.stringify(setup)}\n`,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
  return JSON.parse(stdout) as Peak;
}

const growth = ({ before, peak }: Peak): number => (peak - before) / 2 ** 20;
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

const parts = process.argv.length > 2 ? process.argv.slice(2) : ['vgg-11 224', 'resnet-18 224'];
const here = import.meta.dirname;
console.log('| network, batch | Tessera MiB (told) | PyTorch MiB | ratio of growth | of peak |');
console.log('| --- | --- | --- | --- | --- |');
for (const { name, graph, batch } of nets.filter((net) => parts.some((part) => net.name.includes(part)))) {
  const setup = { graph, batch, threads };
  const ours = measure(process.execPath, [`${here}/memory-ours.ts`], setup);
  const theirs = ['contiguous', 'channels_last']
    .map((memoryFormat) => measure(python, [`${here}/memory_rival.py`], { ...setup, memoryFormat }))
    .reduce((a, b) => (growth(a) < growth(b) ? a : b));
  const ratio = (growth(ours) / growth(theirs)).toFixed(2);
  const told = mebibytes(ours.told ?? 0);
  console.log(
    `| ${name} | ${growth(ours).toFixed(0)} (${told}) | ${growth(theirs).toFixed(0)} | ${ratio} | ${(ours.peak / theirs.peak).toFixed(2)} |`,
  );
}
