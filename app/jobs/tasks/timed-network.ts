import type { Graph } from '../../contract/index.ts';
import { centredNormalisation } from '../../core/training/normalisation.ts';
import { Network } from '../../engine/index.ts';
import type { LabeledBatch } from '../../engine/types.ts';

const classes = 10;
/** Steps of which the quickest counts: what else the computer does only ever adds. */
const trials = 6;
const fewest = 2;
/** A computer that is slow or has much else to do is not kept longer by one of the measurements, seconds. */
const longest = 0.12;

/** Pictures of no meaning. */
export function madeUpBatch(
  { channels, height, width }: Graph['input'],
  count: number,
  of: number,
): LabeledBatch {
  return {
    pictures: Uint8Array.from({ length: count * channels * height * width }, (_, at) => (at * 37) % 251),
    labels: Int32Array.from({ length: count }, (_, at) => at % of),
    count,
  };
}

/** A network for ten classes, and one batch of made-up pictures. */
export class Timed implements Disposable {
  readonly #network: Network;
  readonly #batch: LabeledBatch;

  constructor(graph: Graph, batch: number, threads: number) {
    this.#network = Network.compile(graph, {
      seed: 1,
      threads,
      maxBatch: batch,
      normalisation: centredNormalisation(graph.input.channels),
      keepsGradients: false,
    });
    this.#batch = madeUpBatch(graph.input, batch, classes);
  }

  /** Seconds. */
  async step(count = this.#batch.count): Promise<number> {
    const begun = performance.now();
    await this.#network.trainStep(this.#of(count), {
      kind: 'adam',
      learningRate: 1e-6,
      weightDecay: 0,
      momentum: 0.9,
      nesterov: false,
    });
    return (performance.now() - begun) / 1000;
  }

  async forward(): Promise<number> {
    const begun = performance.now();
    await this.#network.evaluate(this.#batch);
    return (performance.now() - begun) / 1000;
  }

  #of(count: number): LabeledBatch {
    const { pictures, labels } = this.#batch;
    const size = pictures.length / this.#batch.count;
    return { pictures: pictures.subarray(0, count * size), labels: labels.subarray(0, count), count };
  }

  dispose(): void {
    this.#network.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** The quickest of some turns, seconds. One by one in turn, so that what else the computer does meets all of them. */
export async function byTurns<const T extends readonly (() => Promise<number>)[]>(
  ways: T,
): Promise<{ -readonly [at in keyof T]: number }> {
  const best = ways.map(() => Infinity);
  // The first turn warms up.
  for (const way of ways) await way();
  const until = performance.now() + 1000 * longest;
  for (let trial = 0; trial < trials && (trial < fewest || performance.now() < until); trial += 1) {
    for (const [at, way] of ways.entries()) best[at] = Math.min(best[at] ?? Infinity, await way());
  }
  return best as { -readonly [at in keyof T]: number };
}
