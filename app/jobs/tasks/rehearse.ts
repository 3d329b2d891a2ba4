import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Task, TaskResults } from '../../core/tasks.ts';
import { beginning } from '../../core/training/loop-state.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import { DataSet } from '../../engine/index.ts';
import type { LabeledBatch, NetworkApi, OptimizerStep, Tensor } from '../../engine/types.ts';
import { pixelCacheFile, writeFileAtomic } from '../../storage/files.ts';
import { encodeCheckpoint } from '../checkpoint.ts';
import { readProjectPicture, type Originals } from '../originals.ts';
import { orNotWritable } from '../own-file.ts';
import type { TaskContext } from './context.ts';
import { networkOf } from './plan-network.ts';
import { madeUpBatch } from './timed-network.ts';
import { changesPictures } from './training-options.ts';
import { lookAt } from './watch-layers.ts';

/** What steps are made for, seconds. */
const stepTime = 1.5;
const [fewestSteps, mostSteps] = [3, 40];
/** A batch whose step takes longer is told from smaller ones, seconds. */
const longestStep = 1.2;
/** Up to here a checkpoint is written whole, bytes. */
const greatestWritten = 64e6;

/**
 * Does the parts of a run once, on made-up pictures, and tells how long they take and what they need; nothing of it stays. The
 * network, its settings and the ways are those of the run itself. Throws what training throws before its first step.
 */
export async function runRehearse(
  { plan, samples, ...originals }: Extract<Task, { kind: 'rehearse' }>,
  context: Pick<TaskContext, 'signal' | 'progress'>,
): Promise<TaskResults['rehearse']> {
  const parts = 5;
  let done = 0;
  const told = <T>(value: T): T => {
    context.signal.throwIfAborted();
    context.progress(++done, parts, 'Trying out these settings');
    return value;
  };
  const decode = told(await secondsOfDecoding(originals, samples, plan));
  const { optimizer, maxBatch, network: made } = networkOf(plan);
  using network = made;
  const learned = plan.manifest.filter(({ split }) => split === 'train').length;
  const batchSize = Math.max(1, Math.min(maxBatch, learned));
  const steps = new Steps({ plan, network, optimizer, batchSize, signal: context.signal });
  const step = told(await steps.seconds());
  const forward = told(await secondsOfPrediction(plan, network, steps.tried));
  const parameters = await network.readParameters();
  const look = told(await secondsOfLook(plan, parameters, learned));
  const { save, checkpointBytes } = told(await secondsOfSave(originals.projectPath, network, parameters));
  return {
    step,
    forward,
    look,
    save,
    decode,
    // A checkpoint is made of the numbers as they are read, and is one file in memory before it is one on the disk.
    memoryBytes: (await network.totalBytes()) + 2 * checkpointBytes,
    checkpointBytes,
  };
}

interface Stepping {
  plan: TrainPlan;
  network: NetworkApi;
  optimizer: OptimizerStep;
  batchSize: number;
  signal: AbortSignal;
}

/** Training steps of a plan. */
class Steps {
  /** The largest batch that was tried; smaller than the plan's where its step takes long. */
  tried = 1;
  readonly #of: Stepping;

  constructor(of: Stepping) {
    this.#of = of;
  }

  /** Of the plan's batch. */
  async seconds(): Promise<number> {
    const { batchSize } = this.#of;
    const few = Math.min(batchSize, 4);
    // The first one meets memory that was never touched.
    await this.#made(few, 1);
    const quick = median(await this.#made(few, 2));
    const guess = (quick * batchSize) / few;
    if (guess > longestStep) return this.#fromSmaller(quick / few);
    this.tried = batchSize;
    const count = Math.max(fewestSteps, Math.min(mostSteps, Math.ceil(stepTime / guess)));
    // Begun by one that does not count.
    return median((await this.#made(batchSize, count + 1)).slice(1));
  }

  /** Along a line through two smaller batches; a picture more takes no longer than one of the larger of them. */
  async #fromSmaller(each: number): Promise<number> {
    const { batchSize } = this.#of;
    const large = Math.max(1, Math.min(batchSize, Math.floor(longestStep / 2 / each)));
    const small = Math.ceil(large / 2);
    this.tried = large;
    const times = { large: [] as number[], small: [] as number[] };
    for (let turn = 0; turn < fewestSteps; turn += 1) {
      times.large.push(...(await this.#made(large, 1)));
      if (small < large) times.small.push(...(await this.#made(small, 1)));
    }
    const most = median(times.large);
    const share = most / large;
    const slope = small < large ? (most - median(times.small)) / (large - small) : share;
    return most + (batchSize - large) * Math.min(share, Math.max(slope, 0.7 * share));
  }

  /** Seconds of each step. */
  async #made(batchSize: number, count: number): Promise<number[]> {
    const { plan, network, optimizer, signal } = this.#of;
    const { graph, classes, settings } = plan;
    const rows = Int32Array.from({ length: count * batchSize }, (_, at) => at % batchSize);
    using set = madeUpSet(graph.input, batchSize, classes.length);
    const { augment, seed } = settings;
    const augmented = augment !== undefined &&
      changesPictures(augment) && {
        ...augment,
        seed,
        epoch: 0,
        pictures: rows,
        draws: new Int32Array(rows.length),
      };
    const ends: number[] = [];
    await network.trainEpoch(
      set,
      {
        rows,
        batchSize,
        // Whatever the pictures, numbers stay finite.
        learningRates: new Float64Array(count).fill(1e-6 * optimizer.learningRate),
        optimizer,
        ...(augmented && { augmented }),
      },
      (steps) => ends.push(...steps.map(({ seconds }) => seconds)),
      signal,
    );
    return ends.map((end, at) => end - (ends[at - 1] ?? 0));
  }
}

/** Of one picture, in batches of so many. */
async function secondsOfPrediction(plan: TrainPlan, network: NetworkApi, batchSize: number): Promise<number> {
  using set = madeUpSet(plan.graph.input, batchSize, plan.classes.length);
  const rows = Int32Array.from({ length: batchSize }, (_, at) => at);
  const of = { rows, batchSize };
  return (await secondsOf(() => network.evaluateSet(set, of))) / batchSize;
}

function secondsOfLook(
  plan: TrainPlan,
  parameters: Record<string, Tensor>,
  learned: number,
): Promise<number> {
  const batchOf = (places: readonly number[]): Promise<LabeledBatch> =>
    Promise.resolve(madeUpBatch(plan.graph.input, places.length, plan.classes.length));
  return secondsOf(() => lookAt(plan, learned, parameters, batchOf), 1);
}

/** On the disk of the project. A large one is not written whole. */
async function secondsOfSave(
  projectPath: string,
  network: NetworkApi,
  parameters: Record<string, Tensor>,
): Promise<{ save: number; checkpointBytes: number }> {
  const path = pixelCacheFile(projectPath, `rehearsal-${randomBytes(6).toString('hex')}`);
  await orNotWritable(projectPath, mkdir(dirname(path), { recursive: true }));
  let bytes: Uint8Array = new Uint8Array();
  const encoding = await secondsOf(async () => {
    const optimizer = await network.readOptimizerState();
    bytes = encodeCheckpoint({ parameters, optimizer, state: beginning, seed: 0, planHash: '' });
  }, 1);
  const written = bytes.subarray(0, greatestWritten);
  try {
    const writing = await secondsOf(() => orNotWritable(projectPath, writeFileAtomic(path, written)), 1);
    return { save: encoding + (writing * bytes.length) / written.length, checkpointBytes: bytes.length };
  } finally {
    await rm(path, { force: true });
  }
}

/** Of one of many pictures that are decoded side by side. Null where there is none to read. */
async function secondsOfDecoding(
  originals: Originals,
  samples: readonly string[],
  { graph }: TrainPlan,
): Promise<number | null> {
  const [first, ...rest] = samples;
  if (first === undefined) return null;
  // With the first one the decoder itself is loaded. One that cannot be read says so when training comes to it.
  const read = (hash: string): Promise<unknown> =>
    readProjectPicture(originals, hash, graph.input).catch(() => null);
  await read(first);
  const all = rest.length > 0 ? rest : [first];
  return (await secondsOf(() => Promise.all(all.map(read)), 1)) / all.length;
}

/** The quicker of `turns`. */
async function secondsOf(work: () => Promise<unknown>, turns = 2): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const begun = performance.now();
    await work();
    times.push((performance.now() - begun) / 1000);
  }
  return Math.min(...times);
}

function madeUpSet(input: TrainPlan['graph']['input'], count: number, classes: number): DataSet {
  const { pictures, labels } = madeUpBatch(input, count, classes);
  const set = new DataSet({ kind: 'bytes', size: pictures.length / count, labels });
  set.write(0, pictures);
  return set;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
