import { z } from 'zod';
import { layersPoint, type LayersPoint, type LayerState } from '../../contract/index.ts';
import { describeGraph } from '../../core/model/describe.ts';
import { deadShare, histogramOf, saturatedShare } from '../../core/training/layer-states.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import { Network } from '../../engine/index.ts';
import type { LabeledBatch, Tensor } from '../../engine/types.ts';
import { layersFile, writeFileAtomic } from '../../storage/files.ts';
import { orNotWritable, parseOwn, readIfThere } from '../own-file.ts';
import { lossOf } from './training-options.ts';

/** Of a run: as many as a person can tell apart over time. */
const mostPoints = 64;
/** Pictures that are looked at, fewer where a network gives more numbers than this for them. */
const mostPictures = 8;
const mostNumbers = 2 ** 24;
const weighty = ['conv2d', 'dense'];
const activations = ['relu', 'relu6', 'leakyRelu', 'hardSwish', 'hardSigmoid', 'sigmoid', 'tanh'];

/** Whether layers are looked at after this epoch; after the last one always. */
export const isWatched = (epoch: number, epochs: number): boolean =>
  epoch === epochs || epoch % Math.ceil(epochs / mostPoints) === 0;

interface Place {
  projectPath: string;
  plan: TrainPlan;
  epoch: number;
  step: number;
}

/**
 * Adds to the run's file how its layers stand: weights, their gradients and what the layers give, on the first training pictures.
 * Done by a small network of its own, so that the one that trains keeps its memory and its state. Throws `projectNotWritable`.
 */
export async function watchLayers(
  { projectPath, plan, epoch, step }: Place,
  parameters: Record<string, Tensor>,
  batchOf: (places: readonly number[]) => Promise<LabeledBatch>,
): Promise<void> {
  const path = layersFile(projectPath, plan.runId);
  const known = await readPoints(path);
  const layers = await lookAt(plan, parameters, batchOf);
  // A resumed run comes to the same epoch again.
  const points = [...known.filter((point) => point.epoch < epoch), { epoch, step, layers }];
  await orNotWritable(projectPath, writeFileAtomic(path, JSON.stringify(points)));
}

async function readPoints(path: string): Promise<LayersPoint[]> {
  const bytes = await readIfThere(path);
  return bytes === null
    ? []
    : parseOwn(z.array(layersPoint), new TextDecoder().decode(bytes), path, 'layers');
}

async function lookAt(
  plan: TrainPlan,
  parameters: Record<string, Tensor>,
  batchOf: (places: readonly number[]) => Promise<LabeledBatch>,
): Promise<LayerState[]> {
  const { graph, classes, manifest, settings } = plan;
  const { channels, height } = graph.input;
  const described = describeGraph(graph, { channels, imageSize: height, classes: classes.length }).layers;
  const numbers = described.reduce(
    (sum, { outputShape }) => sum + outputShape.reduce((product, side) => product * side, 1),
    0,
  );
  const learned = manifest.filter(({ split }) => split === 'train').length;
  const count = Math.max(1, Math.min(mostPictures, learned, Math.floor(mostNumbers / Math.max(numbers, 1))));
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
  const of = (tensor: Tensor | undefined) => (tensor === undefined ? null : histogramOf(tensor.data));
  return watched.flatMap(({ id, op }): LayerState[] => {
    const output = seen.layers[id]?.output;
    if (output === undefined) return [];
    return [
      {
        id,
        op,
        weights: of(parameters[`${id}.weight`]),
        gradients: of(gradients[`${id}.weight`]),
        activations: histogramOf(output.data),
        dead: op === 'relu' || op === 'relu6' ? deadShare(output.data, output.shape) : null,
        saturated: saturatedShare(op, output.data),
      },
    ];
  });
}
