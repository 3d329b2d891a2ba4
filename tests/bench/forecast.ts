/**
 * "What fits tonight?" held to what trainings really take: measures this computer, then makes a few steps of each network, by
 * turns, and compares. `node tests/bench/forecast.ts [--threads N] [--steps N]`. Nothing else may run meanwhile.
 */
import { parseArgs } from 'node:util';
import type { ArchitectureName } from '../../app/contract/index.ts';
import { stepSeconds } from '../../app/core/forecast/step-seconds.ts';
import { buildArchitecture } from '../../app/core/model/architectures.ts';
import { centredNormalisation } from '../../app/core/training/normalisation.ts';
import { Network } from '../../app/engine/index.ts';
import { runBenchmark } from '../../app/jobs/tasks/benchmark.ts';

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: '2' },
    steps: { type: 'string', default: '5' },
    batch: { type: 'string', default: '16' },
  },
});
const [threads, steps, batch] = [values.threads, values.steps, values.batch].map(Number) as [
  number,
  number,
  number,
];

const cases: [ArchitectureName, number][] = [
  ['small-cnn', 28],
  ['small-cnn', 64],
  ['resnet-20', 32],
  ['resnet-20', 64],
  ['resnet-18', 128],
  ['resnet-18', 224],
  ['vgg-11', 64],
  ['vgg-11', 128],
  ['mobilenet-v2', 128],
  ['googlenet', 128],
];

/** Before and after the steps: what else the computer does meets both. */
const measure = async () => {
  const begun = performance.now();
  const context = { signal: new AbortController().signal, progress: () => undefined };
  const { speeds } = await runBenchmark({ kind: 'benchmark', threads }, context);
  console.log(
    `measured in ${((performance.now() - begun) / 1000).toFixed(1)} s\n${JSON.stringify(speeds)}\n`,
  );
  return speeds;
};
const before = await measure();

const nets = cases.map(([name, size]) => {
  const graph = buildArchitecture(name, { channels: 3, imageSize: size, classes: 10 });
  const network = Network.compile(graph, {
    seed: 1,
    threads,
    maxBatch: batch,
    normalisation: centredNormalisation(3),
    keepsGradients: false,
  });
  const pictures = Uint8Array.from({ length: batch * 3 * size * size }, (_, at) => (at * 31) % 253);
  const labels = Int32Array.from({ length: batch }, (_, at) => at % 10);
  return { name, size, graph, network, given: { pictures, labels, count: batch }, times: [] as number[] };
});
const adam = { kind: 'adam', learningRate: 1e-5, weightDecay: 0, momentum: 0.9, nesterov: false } as const;
for (let step = 0; step <= steps; step += 1) {
  for (const { network, given, times } of nets) {
    const from = performance.now();
    await network.trainStep(given, adam);
    // The first one warms up.
    if (step > 0) times.push((performance.now() - from) / 1000);
  }
}
const after = await measure();
console.log('| network | size | predicted | actual | off by |\n|---|--:|--:|--:|--:|');
for (const { name, size, graph, network, times } of nets) {
  // The quickest, as in the benchmark.
  const actual = Math.min(...times);
  const predicted = (stepSeconds(graph, batch, before) + stepSeconds(graph, batch, after)) / 2;
  const off = `${(100 * (predicted / actual - 1)).toFixed(0)} %`;
  console.log(
    `| ${name} | ${size} | ${(1000 * predicted).toFixed(1)} ms | ${(1000 * actual).toFixed(1)} ms | ${off} |`,
  );
  network.dispose();
}
