import { existsSync } from 'node:fs';
import { TesseraError, type Split, type StartFrom } from '../../contract/index.ts';
import { batchesOf } from '../../core/training/batches.ts';
import { beginning, type LoopState } from '../../core/training/loop-state.ts';
import {
  classesInForce,
  isJudgedAnew,
  labelChangesBetween,
  type DataInForce,
} from '../../core/training/data-in-force.ts';
import type { EpochScore } from '../../core/training/best.ts';
import type { EpochSteps, FollowedData, StepTold, TrainingParts } from '../../core/training/loop.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import { Averages } from '../../core/training/step-averages.ts';
import { fitTemperature, type LabeledLogits } from '../../core/evaluation/temperature.ts';
import { hasClassifier } from '../../core/model/classifier.ts';
import { predictionGraph } from '../../core/model/prediction.ts';
import { isWatched } from '../../core/training/looks.ts';
import { withHead } from '../../core/model/pretrained.ts';
import { drawsOf } from '../../core/training/draws.ts';
import { augment } from '../../engine/index.ts';
import type {
  AugmentedRows,
  EpochStep,
  LabeledBatch,
  NetworkApi,
  OptimizerStep,
  SoftBatch,
  Tensor,
} from '../../engine/types.ts';
import { readPretrained } from '../../formats/pretrained/efficientnet-lite0.ts';
import { readBroughtWeights } from '../../formats/brought/weights.ts';
import {
  broughtWeightsFile,
  checkpointFile,
  removeTemporaries,
  renameIfThere,
  runFolder,
  writeFileAtomic,
  type WhichCheckpoint,
} from '../../storage/files.ts';
import { answeringParameters, encodeCheckpoint, readCheckpoint, type Checkpoint } from '../checkpoint.ts';
import { orNotWritable, readGiven } from '../own-file.ts';
import { planHash } from '../plan-file.ts';
import { writeTemperature } from '../temperature-file.ts';
import { weightHash } from '../weight-hash.ts';
import { withBrought } from './brought-parameters.ts';
import type { TaskContext } from './context.ts';
import { logitsOf } from './inference.ts';
import { watchLayers } from './watch-layers.ts';
import { networkOf } from './plan-network.ts';
import { changesPictures } from './training-options.ts';
import type { TrainingPictures } from './training-pictures.ts';

type Told = (steps: readonly StepTold[]) => void;

/** A run's network with its pictures and its checkpoints: what the training loop works with. */
export class Trainer implements TrainingParts, Disposable {
  readonly #projectPath: string;
  readonly #plan: TrainPlan;
  readonly #pictures: TrainingPictures;
  readonly #context: TaskContext;
  readonly #network: NetworkApi;
  readonly #optimizer: OptimizerStep;
  readonly #planHash: string;
  readonly #maxBatch: number;

  constructor(projectPath: string, plan: TrainPlan, pictures: TrainingPictures, context: TaskContext) {
    this.#projectPath = projectPath;
    this.#plan = plan;
    this.#pictures = pictures;
    this.#context = context;
    this.#planHash = planHash(plan);
    const { network, optimizer, maxBatch } = networkOf(plan);
    this.#network = network;
    this.#optimizer = optimizer;
    this.#maxBatch = maxBatch;
  }

  /** Where to go on from; with `resume` the network is brought to where it was then. */
  async begin(resume: boolean): Promise<LoopState> {
    if (resume) await removeTemporaries(runFolder(this.#projectPath, this.#plan.runId));
    const checkpoint = resume ? await this.#readLast() : null;
    if (checkpoint === null) {
      if (this.#plan.settings.pretrained === 'all') await this.#takeOver();
      if (this.#plan.settings.start !== undefined) await this.#takeOverFromRun(this.#plan.settings.start);
      if (this.#plan.settings.startModel !== undefined) {
        await this.#takeOverBrought(this.#plan.settings.startModel);
      }
      return beginning;
    }
    await this.#network.writeParameters(checkpoint.parameters);
    await this.#network.writeOptimizerState(checkpoint.optimizer);
    await this.#goBy(checkpoint.state.data);
    return checkpoint.state;
  }

  /** What another run has learned, wherever a parameter has the same name and shape; the rest stays random. */
  async #takeOverFromRun(start: StartFrom): Promise<void> {
    // Of what is only tried out there is no folder, but the other run is still there.
    const { runId, which } = start;
    const path = checkpointFile(this.#projectPath, runId, which);
    const found = (await readCheckpoint(this.#path('start'))) ?? (await readCheckpoint(path));
    if (found === null) throw new TesseraError('fileNotFound', { path });
    const own = await this.#network.readParameters();
    const learned = answeringParameters(found);
    const fits = (name: string): boolean => learned[name]?.shape.join() === own[name]?.shape.join();
    const taken = Object.keys(own).filter((name) => learned[name] !== undefined && fits(name));
    // Biases alone, one for each class, are nothing that was learned about pictures.
    if (!taken.some((name) => (own[name]?.shape.length ?? 0) > 1)) {
      const reason = 'that run has no layer of the same name and shape; choose a run of the same network';
      throw new TesseraError('invalidInput', { what: 'start', reason });
    }
    const from = Object.fromEntries(taken.map((name) => [name, learned[name] as Tensor]));
    await this.#network.writeParameters({ ...own, ...from });
  }

  /** What was brought in, except for a classifier of other classes, which stays random. */
  async #takeOverBrought(modelId: string): Promise<void> {
    const [kept, given] = [this.#path('start'), broughtWeightsFile(this.#projectPath, modelId)];
    const path = existsSync(kept) ? kept : given;
    const brought = readBroughtWeights(await readGiven(path), path);
    const own = await this.#network.readParameters();
    await this.#network.writeParameters(withBrought(own, brought, this.#plan, path));
  }

  /** The weights that come with the app, except for the head, which stays random. */
  async #takeOver(): Promise<void> {
    const weights = readPretrained(this.#plan.graph.input.channels);
    const own = await this.#network.readParameters();
    await this.#network.writeParameters(withHead(weights, own));
  }

  async steps(epoch: EpochSteps, told: Told, signal: AbortSignal): Promise<void> {
    const { places: all, first, rateShares } = epoch;
    const batchSize = Math.min(epoch.batchSize, this.#maxBatch);
    const [from, to] = [first * batchSize, (first + rateShares.length) * batchSize];
    const places = all.slice(from, to);
    const learningRates = rateShares.map((share) => this.#optimizer.learningRate * share);
    const { augment, seed } = this.#plan.settings;
    const augmented: AugmentedRows | undefined =
      augment === undefined || !changesPictures(augment)
        ? undefined
        : {
            ...augment,
            seed,
            epoch: epoch.epoch,
            pictures: this.#pictures.imageIds('train', places),
            draws: drawsOf(all).slice(from, to),
          };
    const { set } = this.#pictures;
    if (set === null) return this.#stepByStep({ places, batchSize, learningRates, augmented }, told, signal);
    const rows = this.#pictures.rows('train', places);
    await this.#network.trainEpoch(
      set,
      {
        rows,
        batchSize,
        learningRates,
        optimizer: this.#optimizer,
        ...(augmented !== undefined && { augmented }),
      },
      (steps) => told(steps.map((step) => this.#toTell(step))),
      signal,
    );
  }

  #toTell({ gradientNorm, brokenLayer, ...step }: Omit<EpochStep, 'waited'> & { waited?: number }): StepTold {
    return {
      ...step,
      ...(gradientNorm !== null && { gradientNorm }),
      ...(brokenLayer !== null && { brokenLayer }),
    };
  }

  /** Labels that were changed since the epoch before, where the run takes them up. */
  async follow(state: LoopState): Promise<FollowedData> {
    const asks = this.#plan.settings.followLabels === true && state.underWay === null;
    const { data, refused } = asks
      ? await this.#context.dataOf(state.epoch)
      : { data: state.data, refused: null };
    const isChanged = data?.dataHash !== state.data?.dataHash;
    if (isChanged) await this.#goBy(data);
    const judgesAnew = isChanged && isJudgedAnew(this.#plan, state.data, data);
    const { sampling } = this.#plan.settings;
    return {
      data,
      refused,
      changes: isChanged
        ? {
            ...labelChangesBetween(this.#plan, state.data, data),
            dataHash: data?.dataHash ?? this.#plan.dataHash,
          }
        : null,
      count: this.#pictures.count('train'),
      ...(sampling === 'balanced' && { balanced: this.#pictures.classes('train') }),
      best: judgesAnew ? await this.#judgeBest(state.best) : state.best,
    };
  }

  #goBy(data: DataInForce | null): Promise<void> {
    return this.#pictures.goBy(classesInForce(this.#plan, data));
  }

  /** The best network so far on the validation pictures of now; the one that trains stays as it is. */
  async #judgeBest(best: EpochScore | null): Promise<EpochScore | null> {
    const checkpoint = best === null ? null : await this.#read('best');
    if (best === null || checkpoint === null) return best;
    // Killed between the two files of a save: the epoch that comes now was better, and is once more.
    if (checkpoint.state.epoch !== best.epoch) return { epoch: best.epoch, valAccuracy: 0, valLoss: null };
    const parameters = await this.#network.readParameters();
    const optimizer = await this.#network.readOptimizerState();
    await this.#network.writeParameters(answeringParameters(checkpoint));
    const score = await this.#evaluate('val');
    await this.#network.writeParameters(parameters);
    await this.#network.writeOptimizerState(optimizer);
    return { epoch: best.epoch, valAccuracy: score?.accuracy ?? null, valLoss: score?.loss ?? null };
  }

  async validate(): Promise<{ loss: number; accuracy: number } | null> {
    // After the first epoch all that is learned was decoded.
    await this.#pictures.settle();
    // What is judged is what will answer.
    return this.#network.withAverage(() => this.#evaluate('val'));
  }

  /** Of the weights as they are now, in hex. */
  async weightHash(): Promise<string> {
    return weightHash(await this.#network.readParameters());
  }

  /** The best checkpoint's accuracy on the test pictures; null where there are none. */
  async testBest(): Promise<number | null> {
    if (this.#pictures.count('test') === 0) return null;
    const best = await this.#read('best');
    if (best === null) throw new TesseraError('runHasNoCheckpoint', { run: this.#plan.runId });
    await this.#network.writeParameters(answeringParameters(best));
    return (await this.#evaluate('test'))?.accuracy ?? null;
  }

  /**
   * Finds how sure the best network may be, by the validation pictures, and keeps it. Where there are none it stays as sure
   * as it has become.
   */
  async fitTemperature(): Promise<void> {
    const best = await this.#read('best');
    if (
      best === null ||
      this.#pictures.count('val') === 0 ||
      !hasClassifier(predictionGraph(this.#plan.graph))
    )
      return;
    await this.#network.writeParameters(answeringParameters(best));
    const answers: LabeledLogits[] = [];
    for await (const batch of this.#pictures.batches('val', this.#maxBatch)) {
      this.#context.signal.throwIfAborted();
      const logits = await logitsOf(this.#network, batch);
      answers.push(...logits.map((row, index) => ({ logits: row, truth: batch.labels[index] as number })));
    }
    const found = { step: best.state.step, temperature: fitTemperature(answers) };
    await writeTemperature(this.#projectPath, this.#plan.runId, found);
  }

  /** The best one first: a crash in between leaves a last checkpoint from which this epoch is simply done again. */
  async save(state: LoopState, best?: boolean): Promise<void> {
    const parameters = await this.#network.readParameters();
    checkFinite(parameters, state.step);
    const { seed } = this.#plan.settings;
    const optimizer = await this.#network.readOptimizerState();
    const bytes = encodeCheckpoint({ parameters, optimizer, state, seed, planHash: this.#planHash });
    const { keepEvery } = this.#plan.settings;
    const kept = best !== undefined && keepEvery !== undefined && state.epoch % keepEvery === 0;
    if (best === true) await this.#write('best', bytes);
    if (kept) {
      await this.#write(state.epoch, bytes);
      const { epoch, step, seconds: time } = state;
      this.happened({ kind: 'checkpointKept', epoch, step, time });
    }
    await orNotWritable(this.#projectPath, renameIfThere(this.#path('last'), this.#path('previous')));
    await this.#write('last', bytes);
    this.#context.checkpoint(state.epoch, best ?? false);
  }

  async watch({ epoch, step }: LoopState): Promise<void> {
    if (!isWatched(epoch, this.#plan.settings.epochs)) return;
    const place = {
      projectPath: this.#projectPath,
      plan: this.#plan,
      epoch,
      step,
      learned: this.#pictures.count('train'),
    };
    await watchLayers(place, await this.#network.readParameters(), (places) =>
      this.#pictures.batch('train', places),
    );
  }

  happened: NonNullable<TrainingParts['happened']> = (happening) => this.#context.happened(happening);
  report: TrainingParts['report'] = (points) => this.#context.metrics(points);
  progress: TrainingParts['progress'] = (done, total, detail) => this.#context.progress(done, total, detail);
  clock: TrainingParts['clock'] = () => performance.now() / 1000;
  date: TrainingParts['date'] = () => Date.now();
  memory: TrainingParts['memory'] = () => process.memoryUsage.rss();

  [Symbol.dispose](): void {
    this.#network.dispose();
  }

  /** The next batch is read and changed while the network works on the one before. */
  async #stepByStep(
    { places, batchSize, learningRates, augmented }: Stretch,
    told: Told,
    signal: AbortSignal,
  ) {
    const begun = performance.now();
    const since = (from: number): number => (performance.now() - from) / 1000;
    const batches = [...batchesOf(places, batchSize)];
    const changed = async (step: number): Promise<LabeledBatch | SoftBatch> => {
      const batch = await this.#pictures.batch('train', batches[step] ?? []);
      if (augmented === undefined) return batch;
      const rows = [step * batchSize, step * batchSize + batch.count] as const;
      return augment(batch, this.#plan.graph.input, this.#plan.classes.length, {
        ...augmented,
        pictures: augmented.pictures.slice(...rows),
        draws: augmented.draws.slice(...rows),
      });
    };
    const read = (step: number): Promise<LabeledBatch | SoftBatch> => {
      const batch = changed(step);
      // Whoever waits for it hears of it; nobody does where the step before it fails.
      batch.catch(() => {});
      return batch;
    };
    let next = read(0);
    for (const [step, learningRate] of learningRates.entries()) {
      signal.throwIfAborted();
      const waiting = performance.now();
      const batch = await next;
      const waited = since(waiting);
      // The network has its copy of the batch as soon as the call returns.
      const how = { ...this.#optimizer, learningRate, measuresNorm: true };
      const training = this.#network.trainStep(batch, how);
      if (step + 1 < batches.length) next = read(step + 1);
      const result = await training;
      told([this.#toTell({ ...result, pictures: batch.count, seconds: since(begun), waited })]);
      if (!Number.isFinite(result.loss)) return;
    }
  }

  async #evaluate(split: Split): Promise<{ loss: number; accuracy: number } | null> {
    const { set } = this.#pictures;
    if (set !== null) {
      const rows = this.#pictures.rows(split);
      if (rows.length === 0) return null;
      const of = { rows, batchSize: this.#maxBatch };
      const { loss, correct } = await this.#network.evaluateSet(set, of, this.#context.signal);
      return { loss, accuracy: correct / rows.length };
    }
    const sums = new Averages();
    for await (const batch of this.#pictures.batches(split, this.#plan.settings.batchSize)) {
      this.#context.signal.throwIfAborted();
      const { loss, correct } = await this.#network.evaluate(batch);
      sums.add(batch.count, loss, correct);
    }
    return sums.pictures === 0 ? null : { loss: sums.loss, accuracy: sums.accuracy };
  }

  /** The last checkpoint, or the one before where a crash came between the two renames of its turn. */
  async #readLast(): Promise<Checkpoint | null> {
    return (await this.#read('last')) ?? (await this.#read('previous'));
  }

  #write(which: WhichCheckpoint, bytes: Uint8Array): Promise<void> {
    return orNotWritable(this.#projectPath, writeFileAtomic(this.#path(which), bytes));
  }

  async #read(which: WhichCheckpoint): Promise<Checkpoint | null> {
    const path = this.#path(which);
    const checkpoint = await readCheckpoint(path);
    if (checkpoint !== null && checkpoint.planHash !== this.#planHash) {
      throw new TesseraError('fileMalformed', {
        path,
        format: 'checkpoint',
        reason: 'it belongs to another plan',
      });
    }
    return checkpoint;
  }

  #path(which: WhichCheckpoint): string {
    return checkpointFile(this.#projectPath, this.#plan.runId, which);
  }
}

/** Steps of an epoch on pictures that are read batch by batch. */
interface Stretch {
  places: readonly number[];
  batchSize: number;
  learningRates: Float64Array;
  augmented: AugmentedRows | undefined;
}

/** The last step of an epoch may have broken the weights without a loss that shows it: such a checkpoint is of no use. */
function checkFinite(parameters: Record<string, Tensor>, step: number): void {
  for (const [name, { data }] of Object.entries(parameters)) {
    const broken = data.find((value) => !Number.isFinite(value));
    if (broken === undefined) continue;
    const layer = name.slice(0, name.lastIndexOf('.'));
    throw new TesseraError('lossNotFiniteIn', { value: String(broken), step, layer });
  }
}
