import { Network, type LabeledBatch } from '../../app/engine/index.ts';
import { costOf, type BenchNet } from './nets.ts';

export interface Throughput {
  net: string;
  imagesPerSecond: number;
  /** Floating-point operations a second, as direct convolution counts them. */
  flops: number;
  arenaBytes: number;
}

/** Trains on one batch held in memory for about `seconds`. */
export async function throughput(net: BenchNet, threads: number, seconds: number): Promise<Throughput> {
  const { channels, height, width } = net.graph.input;
  const normalisation = {
    mean: new Array<number>(channels).fill(0.5),
    std: new Array<number>(channels).fill(0.5),
  };
  using network = Network.compile(net.graph, { seed: 1, threads, maxBatch: net.batch, normalisation });
  const batch: LabeledBatch = {
    pictures: Uint8Array.from(
      { length: net.batch * channels * height * width },
      (_, i) => (i * 2654435761) >>> 24,
    ),
    labels: Int32Array.from({ length: net.batch }, (_, i) => i % 10),
    count: net.batch,
  };
  const step = () =>
    network.trainStep(batch, {
      kind: 'sgd',
      learningRate: 1e-4,
      momentum: 0.9,
      nesterov: false,
      weightDecay: 0,
    });
  for (let warmUp = 0; warmUp < 3; warmUp += 1) await step();
  const begun = performance.now();
  let steps = 0;
  while (performance.now() - begun < seconds * 1000) {
    await step();
    steps += 1;
  }
  const imagesPerSecond = (steps * net.batch) / ((performance.now() - begun) / 1000);
  const flops = imagesPerSecond * costOf(net.graph).stepFlops;
  return { net: net.name, imagesPerSecond, flops, arenaBytes: network.arenaBytes };
}
