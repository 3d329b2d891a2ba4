import type { Graph } from '../../app/contract/index.ts';
import { buildArchitecture } from '../../app/core/model/architectures.ts';
import {
  Network,
  type LabeledBatch,
  type NetworkOptions,
  type OptimizerStep,
} from '../../app/engine/index.ts';

export const classes = 5;

/** The small CNN for grey pictures of 12 × 12. */
export const smallCnn: Graph = buildArchitecture('small-cnn', { channels: 1, imageSize: 12, classes });

export const sgd: OptimizerStep = {
  kind: 'sgd',
  learningRate: 0.02,
  momentum: 0.9,
  nesterov: false,
  weightDecay: 1e-4,
};
export const adam: OptimizerStep = { ...sgd, kind: 'adam', learningRate: 1e-3, momentum: 0 };
export const adamw: OptimizerStep = { ...adam, kind: 'adamw', weightDecay: 0.01 };

export function compile(graph: Graph = smallCnn, options: Partial<NetworkOptions> = {}): Network {
  const each = new Array<number>(graph.input.channels).fill(0.5);
  return Network.compile(graph, {
    seed: 7,
    threads: 2,
    maxBatch: 16,
    normalisation: { mean: each, std: each },
    ...options,
  });
}

/** Pictures whose class shows: a bright bar at a height of its own, in noise that differs from batch to batch. */
export function batchOf(graph: Graph = smallCnn, count = 16, salt = 0): LabeledBatch {
  const { channels, height, width } = graph.input;
  const labels = Int32Array.from({ length: count }, (_, at) => at % classes);
  const pictures = Uint8Array.from({ length: count * height * width * channels }, (_, at) => {
    const picture = Math.floor(at / (height * width * channels));
    const row = Math.floor(at / (width * channels)) % height;
    const noise = (Math.imul(at + 1 + salt * 7919, 0x9e3779b1) >>> 0) >>> 26;
    return noise + (Math.floor((row * classes) / height) === labels[picture] ? 160 : 0);
  });
  return { pictures, labels, count };
}
