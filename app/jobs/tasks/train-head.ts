import { TesseraError, type EpochMetric, type Split } from '../../contract/index.ts';
import { fitTemperature, type LabeledLogits } from '../../core/evaluation/temperature.ts';
import { featureGraph, pretrained, withHead } from '../../core/model/pretrained.ts';
import type { TaskResults } from '../../core/tasks.ts';
import {
  logitsOf,
  scoreHead,
  type DenseHead,
  type LabeledFeatures,
  type Matrix,
  type Multiply,
} from '../../core/training/dense-head.ts';
import { fitHeads, headStrengths, rowsWhere, type HeadPath } from '../../core/training/head-path.ts';
import type { LoopState } from '../../core/training/loop-state.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import { gemm } from '../../engine/index.ts';
import type { Tensor } from '../../engine/types.ts';
import { pretrainedVersion, readPretrained } from '../../formats/pretrained/efficientnet-lite0.ts';
import { checkpointFile, writeFileAtomic } from '../../storage/files.ts';
import { encodeCheckpoint } from '../checkpoint.ts';
import { readFeatures, writeFeatures } from '../feature-cache.ts';
import { readProjectPicture, type Originals } from '../originals.ts';
import { orNotWritable } from '../own-file.ts';
import { planHash } from '../plan-file.ts';
import { writeTemperature } from '../temperature-file.ts';
import type { TaskContext } from './context.ts';
import { weightHash } from '../weight-hash.ts';
import { picturesDone } from './progress-detail.ts';
import { trainedNetwork } from './trained-network.ts';

/** Pictures that go through the network at once. */
const batchSize = 16;

/**
 * The fast lane: every picture goes through the pretrained network once, and a dense layer learns to tell the classes apart
 * by what it saw. What comes out is a whole network like that of any run. Throws what `runTrain` throws.
 */
export async function trainHead(
  originals: Originals,
  plan: TrainPlan,
  context: TaskContext,
): Promise<TaskResults['train']> {
  const { projectPath } = originals;
  const begun = performance.now();
  context.happened({ kind: 'started', step: 0, epoch: 0, time: 0 });
  const weights = readPretrained(plan.graph.input.channels);
  const features = await featuresOf(originals, plan, weights, context);
  const labels = Int32Array.from(plan.manifest, ({ classIndex }) => classIndex);
  const of = (split: Split): LabeledFeatures =>
    rowsWhere({ features, labels }, (row) => plan.manifest[row]?.split === split);
  const test = of('test');
  const path = fitHeads(of('train'), of('val'), plan.classes.length, multiply, (tried) => {
    context.signal.throwIfAborted();
    context.progress(
      tried,
      headStrengths.length,
      `Learning the classes, ${tried} of ${headStrengths.length}`,
    );
  });
  const best = path.fitted[path.best - 1];
  if (best === undefined) throw new Error('no head was fitted');
  checkFinite(best.head);
  const seconds = (performance.now() - begun) / 1000;
  const points = epochsOf(path, seconds, plan.manifest.length);
  const parameters = withHead<Tensor>(weights, parametersOf(best.head));
  await save(projectPath, plan, parameters, path, points);
  const temperature = fitTemperature(answersOf(best.head, of('val')));
  await writeTemperature(projectPath, plan.runId, { step: points.length, temperature });
  // Both are on the disk before anybody hears of them.
  context.checkpoint(path.best, true);
  context.metrics(points);
  return {
    bestEpoch: path.best,
    bestValAccuracy: best.validation?.accuracy ?? null,
    testAccuracy: test.labels.length === 0 ? null : scoreHead(best.head, test, multiply).accuracy,
    seconds,
    weightHash: weightHash(parameters),
  };
}

function answersOf(head: DenseHead, { features, labels }: LabeledFeatures): LabeledLogits[] {
  const { data, columns } = logitsOf(head, features, multiply);
  return Array.from(labels, (truth, row) => ({
    logits: data.subarray(row * columns, (row + 1) * columns),
    truth,
  }));
}

/** By the engine's matrix product. */
const multiply: Multiply = (a, b, transposed = {}) => {
  const tensor = ({ data, rows, columns }: Matrix): Tensor => ({ data, shape: [rows, columns] });
  const { data, shape } = gemm(tensor(a), tensor(b), {
    transA: transposed.a ?? false,
    transB: transposed.b ?? false,
  });
  return { data, rows: shape[0] ?? 0, columns: shape[1] ?? 0 };
};

/** One row for each picture of the plan. */
async function featuresOf(
  originals: Originals,
  plan: TrainPlan,
  weights: Readonly<Record<string, Tensor>>,
  context: TaskContext,
): Promise<Matrix> {
  const { projectPath } = originals;
  const { input } = plan.graph;
  const key = `${pretrainedVersion}-${input.height}x${input.width}x${input.channels}`;
  const known = await readFeatures(projectPath, key);
  const hashes = [...new Set(plan.manifest.map(({ hash }) => hash))];
  const missing = hashes.filter((hash) => !known.has(hash));
  if (missing.length > 0) {
    await addFeatures(originals, plan, weights, missing, known, context);
    await writeFeatures(projectPath, key, known);
  }
  const columns = known.get(hashes[0] ?? '')?.length ?? 0;
  const data = new Float32Array(plan.manifest.length * columns);
  plan.manifest.forEach(({ hash }, row) => data.set(known.get(hash) ?? [], row * columns));
  return { data, rows: plan.manifest.length, columns };
}

/** While a batch is in the network, the next one is decoded. */
async function addFeatures(
  originals: Originals,
  plan: TrainPlan,
  weights: Readonly<Record<string, Tensor>>,
  missing: readonly string[],
  into: Map<string, Float32Array>,
  context: TaskContext,
): Promise<void> {
  const graph = featureGraph(plan.graph);
  const own = Object.entries(weights).filter(([name]) => !name.startsWith(`${pretrained.head}.`));
  const parts = { graph, normalisation: plan.normalisation, tensors: Object.fromEntries(own) };
  using network = await trainedNetwork(parts, plan.settings, batchSize);
  const decode = (from: number): Promise<Uint8Array[]> => {
    const hashes = missing.slice(from, from + batchSize);
    const decoded = Promise.all(hashes.map((hash) => readProjectPicture(originals, hash, graph.input)));
    // It may fail while nobody waits for it yet; whoever does, later, hears of it.
    decoded.catch(() => undefined);
    return decoded;
  };
  let next = decode(0);
  for (let from = 0; from < missing.length; from += batchSize) {
    context.signal.throwIfAborted();
    const progress = `Looking at pictures, ${picturesDone(from, missing.length)}`;
    context.progress(from, missing.length, progress);
    const pictures = await next;
    next = decode(from + batchSize);
    const { data, shape } = await network.forward({
      pictures: Buffer.concat(pictures),
      count: pictures.length,
    });
    const columns = shape[1] ?? 0;
    pictures.forEach((_, row) => {
      into.set(missing[from + row] ?? '', data.slice(row * columns, (row + 1) * columns));
    });
  }
}

const parametersOf = ({ weights, bias }: DenseHead): Record<string, Tensor> => ({
  [`${pretrained.head}.weight`]: { data: weights.data, shape: [weights.rows, weights.columns] },
  [`${pretrained.head}.bias`]: { data: bias, shape: [bias.length] },
});

/** The curves of such a run: one point for each strength of the regularisation. */
function epochsOf({ fitted }: HeadPath, seconds: number, pictures: number): EpochMetric[] {
  return fitted.map(({ train, validation }, place) => ({
    kind: 'epoch',
    seq: place,
    step: place + 1,
    epoch: place + 1,
    time: (seconds * (place + 1)) / fitted.length,
    trainLoss: train.loss,
    trainAccuracy: train.accuracy,
    valLoss: validation?.loss ?? null,
    valAccuracy: validation?.accuracy ?? null,
    imagesPerSecond: pictures / Math.max(seconds, 1e-6),
  }));
}

async function save(
  projectPath: string,
  plan: TrainPlan,
  parameters: Record<string, Tensor>,
  { best, fitted }: HeadPath,
  points: readonly EpochMetric[],
): Promise<void> {
  const last = points.at(-1) ?? null;
  const validation = fitted[best - 1]?.validation ?? null;
  const state: LoopState = {
    epoch: points.length,
    step: points.length,
    nextSeq: points.length,
    seconds: last?.time ?? 0,
    best: { epoch: best, valAccuracy: validation?.accuracy ?? null, valLoss: validation?.loss ?? null },
    finished: last,
    underWay: null,
    plateau: null,
    data: null,
  };
  const optimizer = { kind: null, step: 0, tensors: {} };
  const { seed } = plan.settings;
  const bytes = encodeCheckpoint({ parameters, optimizer, state, seed, planHash: planHash(plan) });
  for (const which of ['best', 'last'] as const) {
    await orNotWritable(projectPath, writeFileAtomic(checkpointFile(projectPath, plan.runId, which), bytes));
  }
}

function checkFinite({ weights, bias }: DenseHead): void {
  const broken = [weights.data, bias].flatMap((data) => data.find((value) => !Number.isFinite(value)) ?? []);
  if (broken.length > 0) throw new TesseraError('lossNotFinite', { value: String(broken[0]), step: 1 });
}
