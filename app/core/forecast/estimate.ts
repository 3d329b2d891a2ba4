import type { ArchitectureName, Graph, Speeds, TimedNetwork } from '../../contract/index.ts';
import { buildArchitecture } from '../model/architectures.ts';
import { stepSeconds } from './step-seconds.ts';

/** Made of the same kinds of layers in the same places: where the sum over layers is wrong, it is so alike. */
const families: Record<ArchitectureName, string> = {
  lenet: 'plain',
  'small-cnn': 'plain',
  'resnet-20': 'narrow residual',
  'resnet-32': 'narrow residual',
  'inception-small': 'small inception',
  googlenet: 'inception',
  alexnet: 'large windows',
  'vgg-small': 'vgg',
  'vgg-11': 'vgg',
  'vgg-13': 'vgg',
  'vgg-16': 'vgg',
  'vgg-19': 'vgg',
  'vgg-11-bn': 'vgg',
  'vgg-13-bn': 'vgg',
  'vgg-16-bn': 'vgg',
  'vgg-19-bn': 'vgg',
  'resnet-18': 'residual',
  'resnet-34': 'residual',
  'resnet-50': 'bottleneck',
  'mobilenet-v2': 'depthwise',
  'efficientnet-lite0': 'depthwise',
};
/** Of another network of the family, in doublings of the picture's side. */
const strangeness = 1;
/** Of a batch twice as large, in doublings of the picture's side. */
const batchWeight = 0.5;

export interface Seconds {
  /** Of a training step. */
  step: number;
  /** Of a picture that is only predicted. */
  forward: number;
}

export interface Asked {
  graph: Graph;
  /** Null for one that is no architecture of ours. */
  model: ArchitectureName | null;
  imageSize: number;
  batch: number;
}

interface Known extends Omit<Asked, 'graph'> {
  model: ArchitectureName;
  /** What it took as a share of the sum over its layers, logarithms. */
  off: Seconds;
}

/**
 * How long networks take on a computer: the sum over their layers, times what networks of the same family that were timed
 * there took more or less than theirs. The nearer in size and batch, the more one of these says.
 */
export class Estimate {
  readonly #speeds: Speeds;
  readonly #known: readonly Known[];

  /** `timed`: further networks that were timed on the same computer. */
  constructor(speeds: Speeds, timed: readonly TimedNetwork[] = []) {
    this.#speeds = speeds;
    this.#known = [...speeds.networks, ...timed].map(({ model, imageSize, batch, step, forward }) => {
      // Neither channels nor classes matter much.
      const graph = buildArchitecture(model, { channels: 3, imageSize, classes: 10 });
      const sum = this.#sum(graph, batch);
      return {
        model,
        imageSize,
        batch,
        off: { step: log(step / sum.step), forward: log(forward / sum.forward) },
      };
    });
  }

  /** Throws `graphInvalid`. */
  of(asked: Asked): Seconds {
    const sum = this.#sum(asked.graph, asked.batch);
    const off = this.#off(asked);
    return { step: sum.step * Math.exp(off.step), forward: sum.forward * Math.exp(off.forward) };
  }

  #sum(graph: Graph, batch: number): Seconds {
    const step = stepSeconds(graph, batch, this.#speeds);
    return { step, forward: (step * this.#speeds.forwardShare) / batch };
  }

  #off({ model, imageSize, batch }: Asked): Seconds {
    if (model === null) return { step: 0, forward: 0 };
    const all = { weight: 0, step: 0, forward: 0 };
    for (const known of this.#known) {
      if (families[known.model] !== families[model]) continue;
      const sizes = log(known.imageSize / imageSize) / Math.LN2;
      const batches = (batchWeight * log(known.batch / batch)) / Math.LN2;
      const distance = sizes ** 2 + batches ** 2 + (known.model === model ? 0 : strangeness ** 2);
      const weight = 1 / (0.05 + distance);
      all.weight += weight;
      all.step += weight * known.off.step;
      all.forward += weight * known.off.forward;
    }
    if (all.weight === 0) return { step: 0, forward: 0 };
    return { step: all.step / all.weight, forward: all.forward / all.weight };
  }
}

/** Of a share; nothing that was measured is so far off that it could not be told. */
const log = (share: number): number => Math.log(Math.min(1e6, Math.max(1e-6, share)));
