import { defaultTrainSettings, type ArchitectureName, type TimedNetwork } from '../../contract/index.ts';
import { buildArchitecture } from '../../core/model/architectures.ts';
import { describeGraph } from '../../core/model/describe.ts';
import { lookedAt, numbersOf } from '../../core/training/looks.ts';
import { centredNormalisation } from '../../core/training/normalisation.ts';
import { Network } from '../../engine/index.ts';
import { byTurns, madeUpBatch, Timed } from './timed-network.ts';
import { lookAt } from './watch-layers.ts';

const target = { channels: 3, classes: 10 };

/** One of each family, small enough for a few steps in a fraction of a second. */
export const timedNetworks: readonly [model: ArchitectureName, imageSize: number, batch: number][] = [
  ['small-cnn', 28, 32],
  ['resnet-20', 32, 16],
  ['vgg-small', 48, 8],
  ['inception-small', 32, 8],
  ['resnet-18', 64, 8],
  ['resnet-18', 128, 8],
  ['resnet-50', 64, 4],
  ['mobilenet-v2', 64, 8],
  ['mobilenet-v2', 128, 8],
  ['googlenet', 96, 8],
];

/** What whole networks take, each with its own batch. */
export async function timeNetworks(threads: number, told: () => void): Promise<TimedNetwork[]> {
  const timed: TimedNetwork[] = [];
  for (const [model, imageSize, batch] of timedNetworks) {
    using network = new Timed(buildArchitecture(model, { ...target, imageSize }), batch, threads);
    const [step, forward] = await byTurns([() => network.step(), () => network.forward()]);
    timed.push({ model, imageSize, batch, step, forward: forward / batch });
    told();
  }
  return timed;
}

/** Seconds a number that a layer gives, where layers are looked at. */
export async function lookRate(threads: number): Promise<number> {
  const imageSize = 32;
  const learned = 16;
  const graph = buildArchitecture('resnet-20', { ...target, imageSize });
  const numbers = numbersOf(describeGraph(graph, { ...target, imageSize }).layers);
  const plan = {
    graph,
    classes: Array.from({ length: target.classes }, (_, at) => String(at)),
    settings: { ...defaultTrainSettings, imageSize, threads },
    normalisation: centredNormalisation(target.channels),
    manifest: [],
  };
  const { normalisation } = plan;
  using network = Network.compile(graph, { seed: 1, threads, maxBatch: 1, normalisation });
  const parameters = await network.readParameters();
  const batchOf = (places: readonly number[]) =>
    Promise.resolve(madeUpBatch(graph.input, places.length, target.classes));
  const look = async (): Promise<number> => {
    const begun = performance.now();
    await lookAt(plan, learned, parameters, batchOf);
    return (performance.now() - begun) / 1000;
  };
  const [seconds] = await byTurns([look]);
  const { count, judgedBy } = lookedAt(numbers, learned);
  return seconds / numbers / (count + judgedBy);
}
