/** Tessera's side of memory.ts: a setup on stdin, its own memory on stdout. */
import { readFileSync } from 'node:fs';
import type { Graph } from '../../app/contract/index.ts';
import { engineInfo, Network } from '../../app/engine/index.ts';

const status = (key: string): number => {
  const line = readFileSync('/proc/self/status', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${key}:`));
  return 1024 * Number(/\d+/.exec(line ?? '')?.[0]);
};

const setup = JSON.parse(readFileSync(0, 'utf8')) as { graph: Graph; batch: number; threads: number };
const { channels, height, width } = setup.graph.input;
engineInfo();
const before = status('VmRSS');
const each = new Array<number>(channels).fill(0.5);
using network = Network.compile(setup.graph, {
  seed: 1,
  threads: setup.threads,
  maxBatch: setup.batch,
  normalisation: { mean: each, std: each },
  keepsGradients: false,
});
const pictures = new Uint8Array(setup.batch * channels * height * width).map((_, at) => (at * 7) % 251);
const batch = { pictures, labels: new Int32Array(setup.batch), count: setup.batch };
for (let step = 0; step < 3; step += 1) {
  await network.trainStep(batch, {
    kind: 'sgd',
    learningRate: 1e-4,
    momentum: 0.9,
    nesterov: false,
    weightDecay: 0,
  });
}
console.log(JSON.stringify({ before, peak: status('VmHWM'), told: await network.totalBytes() }));
