import { z } from 'zod';
import { layersPoint, type Layer, type LayersPoint, type LayerState } from '../../contract/index.ts';
import { describeGraph } from '../../core/model/describe.ts';
import { batchesOf } from '../../core/training/batches.ts';
import { lookedAt, numbersOf } from '../../core/training/looks.ts';
import { deadShare, histogramOf, markLiving, saturatedShare } from '../../core/training/layer-states.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import { Network } from '../../engine/index.ts';
import type { LabeledBatch, NetworkApi, Tensor } from '../../engine/types.ts';
import { layersFile, writeFileAtomic } from '../../storage/files.ts';
import { orNotWritable, parseOwn, readIfThere } from '../own-file.ts';
import { lossOf } from './training-options.ts';

const weighty = ['conv2d', 'dense'];
const activations = ['relu', 'relu6', 'leakyRelu', 'hardSwish', 'hardSigmoid', 'sigmoid', 'tanh'];

interface Place {
  projectPath: string;
  plan: TrainPlan;
  epoch: number;
  step: number;
  /** Pictures in the training set. */
  learned: number;
}

/**
 * Adds to the run's file how its layers stand: weights, their gradients and what the layers give, on the first training pictures.
 * Done by a small network of its own, so that the one that trains keeps its memory and its state. Throws `projectNotWritable`.
 */
export async function watchLayers(
  { projectPath, plan, epoch, step, learned }: Place,
  parameters: Record<string, Tensor>,
  batchOf: (places: readonly number[]) => Promise<LabeledBatch>,
): Promise<void> {
  const path = layersFile(projectPath, plan.runId);
  const known = await readPoints(path);
  const seen = await lookAt(plan, learned, parameters, batchOf);
  // A resumed run comes to the same epoch again.
  const points = [...known.filter((point) => point.epoch < epoch), { epoch, step, ...seen }];
  await orNotWritable(projectPath, writeFileAtomic(path, JSON.stringify(points)));
}

async function readPoints(path: string): Promise<LayersPoint[]> {
  const bytes = await readIfThere(path);
  return bytes === null
    ? []
    : parseOwn(z.array(layersPoint), new TextDecoder().decode(bytes), path, 'layers');
}

/** How the layers of a plan's network stand with these parameters, on the first of `learned` training pictures. */
export async function lookAt(
  plan: Pick<TrainPlan, 'graph' | 'classes' | 'settings' | 'normalisation' | 'manifest'>,
  learned: number,
  parameters: Record<string, Tensor>,
  batchOf: (places: readonly number[]) => Promise<LabeledBatch>,
): Promise<{ layers: LayerState[]; judgedBy: number }> {
  const { graph, classes, settings } = plan;
  const { channels, height } = graph.input;
  const described = describeGraph(graph, { channels, imageSize: height, classes: classes.length }).layers;
  const { count, judgedBy } = lookedAt(numbersOf(described), learned);
  const batch = await batchOf(Array.from({ length: count }, (_, place) => place));
  using network = Network.compile(graph, {
    seed: settings.seed,
    threads: settings.threads,
    maxBatch: count,
    normalisation: plan.normalisation,
    ...lossOf(plan),
  });
  await network.writeParameters(parameters);
  const watched = graph.layers.filter(({ op }) => weighty.includes(op) || activations.includes(op));
  const seen = await network.capture(batch, { layers: watched.map(({ id }) => id), training: true });
  // A step of no length makes the gradients and moves nothing.
  const still = { kind: 'sgd', learningRate: 0, momentum: 0, nesterov: false, weightDecay: 0 } as const;
  await network.trainStep(batch, still);
  const gradients = await network.readGradients();
  const dead = await deadShares(network, watched, { batchOf, count, judgedBy, learned });
  const of = (tensor: Tensor | undefined) => (tensor === undefined ? null : histogramOf(tensor.data));
  const layers = watched.flatMap(({ id, op }): LayerState[] => {
    const output = seen.layers[id]?.output;
    if (output === undefined) return [];
    return [
      {
        id,
        op,
        weights: of(parameters[`${id}.weight`]),
        gradients: of(gradients[`${id}.weight`]),
        activations: histogramOf(output.data),
        dead: dead.get(id) ?? null,
        saturated: saturatedShare(op, output.data),
      },
    ];
  });
  return { layers, judgedBy };
}

/** For each ReLU the share of its channels that are 0 in `judgedBy` training pictures, taken evenly from all. */
async function deadShares(
  network: NetworkApi,
  watched: readonly Layer[],
  { batchOf, count, judgedBy, learned }: Judging,
): Promise<Map<string, number>> {
  const relus = watched.filter(({ op }) => op === 'relu' || op === 'relu6').map(({ id }) => id);
  const living = new Map<string, Uint8Array>();
  const places = Array.from({ length: judgedBy }, (_, at) => Math.floor((at * learned) / judgedBy));
  let open = relus;
  for (const some of batchesOf(places, count)) {
    if (open.length === 0) break;
    const seen = await network.capture(await batchOf(some), { layers: open, training: false });
    for (const id of open) {
      const output = seen.layers[id]?.output;
      if (output === undefined) continue;
      const lives = living.get(id) ?? new Uint8Array(output.shape[1] ?? 0);
      markLiving(lives, output.data, output.shape);
      living.set(id, lives);
    }
    // Where all channels live there is nothing more to look for.
    open = open.filter((id) => living.get(id)?.includes(0) !== false);
  }
  return new Map([...living].map(([id, lives]) => [id, deadShare(lives)]));
}

interface Judging {
  batchOf: (places: readonly number[]) => Promise<LabeledBatch>;
  /** Pictures a batch. */
  count: number;
  judgedBy: number;
  learned: number;
}
