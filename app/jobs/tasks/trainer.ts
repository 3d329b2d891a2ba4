import { TesseraError, type Split } from '../../contract/index.ts';
import { beginning, type LoopState, type TrainingParts } from '../../core/training/loop.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import { Averages } from '../../core/training/step-averages.ts';
import { withHead } from '../../core/model/pretrained.ts';
import { Network } from '../../engine/index.ts';
import type { NetworkApi, OptimizerStep, Tensor } from '../../engine/types.ts';
import { readPretrained } from '../../formats/pretrained/efficientnet-lite0.ts';
import { checkpointFile, writeFileAtomic } from '../../storage/files.ts';
import { answeringParameters, encodeCheckpoint, readCheckpoint, type Checkpoint } from '../checkpoint.ts';
import { orNotWritable } from '../own-file.ts';
import { planHash } from '../plan-file.ts';
import type { TaskContext } from './context.ts';
import { lossOf, optimizerOf } from './training-options.ts';
import type { TrainingPictures } from './training-pictures.ts';

/** A run's network with its pictures and its checkpoints: what the training loop works with. */
export class Trainer implements TrainingParts, Disposable {
  readonly #projectPath: string;
  readonly #plan: TrainPlan;
  readonly #pictures: TrainingPictures;
  readonly #context: TaskContext;
  readonly #network: NetworkApi;
  readonly #optimizer: OptimizerStep;
  readonly #planHash: string;

  constructor(projectPath: string, plan: TrainPlan, pictures: TrainingPictures, context: TaskContext) {
    this.#projectPath = projectPath;
    this.#plan = plan;
    this.#pictures = pictures;
    this.#context = context;
    this.#planHash = planHash(plan);
    const { seed, threads, batchSize } = plan.settings;
    this.#optimizer = optimizerOf(plan.settings);
    this.#network = Network.compile(plan.graph, {
      seed,
      threads,
      maxBatch: Math.min(batchSize, plan.manifest.length),
      normalisation: plan.normalisation,
      ...lossOf(plan),
    });
  }

  /** Where to go on from; with `resume` the network is brought to where it was then. */
  async begin(resume: boolean): Promise<LoopState> {
    const checkpoint = resume ? await this.#read('last') : null;
    if (checkpoint === null) {
      if (this.#plan.settings.pretrained === 'all') await this.#takeOver();
      return beginning;
    }
    await this.#network.writeParameters(checkpoint.parameters);
    await this.#network.writeOptimizerState(checkpoint.optimizer);
    return checkpoint.state;
  }

  /** The weights that come with the app, except for the head, which stays random. */
  async #takeOver(): Promise<void> {
    const weights = readPretrained(this.#plan.graph.input.channels);
    const own = await this.#network.readParameters();
    await this.#network.writeParameters(withHead(weights, own));
  }

  async step(places: readonly number[], rateShare: number): Promise<{ loss: number; correct: number }> {
    const learningRate = this.#optimizer.learningRate * rateShare;
    const batch = await this.#pictures.batch('train', places);
    return this.#network.trainStep(batch, { ...this.#optimizer, learningRate });
  }

  validate(): Promise<{ loss: number; accuracy: number } | null> {
    // What is judged is what will answer.
    return this.#network.withAverage(() => this.#evaluate('val'));
  }

  /** The best checkpoint's accuracy on the test pictures; null where there are none. */
  async testBest(): Promise<number | null> {
    if (this.#pictures.count('test') === 0) return null;
    const best = await this.#read('best');
    if (best === null) throw new TesseraError('runHasNoCheckpoint', { run: this.#plan.runId });
    await this.#network.writeParameters(answeringParameters(best));
    return (await this.#evaluate('test'))?.accuracy ?? null;
  }

  /** The best one first: a crash in between leaves a last checkpoint from which this epoch is simply done again. */
  async save(state: LoopState, best: boolean): Promise<void> {
    const parameters = await this.#network.readParameters();
    checkFinite(parameters, state.step);
    const { seed } = this.#plan.settings;
    const optimizer = await this.#network.readOptimizerState();
    const bytes = encodeCheckpoint({ parameters, optimizer, state, seed, planHash: this.#planHash });
    for (const which of best ? (['best', 'last'] as const) : (['last'] as const)) {
      await orNotWritable(this.#projectPath, writeFileAtomic(this.#path(which), bytes));
    }
    this.#context.checkpoint(state.epoch, best);
  }

  report: TrainingParts['report'] = (points) => this.#context.metrics(points);
  progress: TrainingParts['progress'] = (done, total, detail) => this.#context.progress(done, total, detail);
  clock: TrainingParts['clock'] = () => performance.now() / 1000;

  [Symbol.dispose](): void {
    this.#network.dispose();
  }

  async #evaluate(split: Split): Promise<{ loss: number; accuracy: number } | null> {
    const sums = new Averages();
    for await (const batch of this.#pictures.batches(split, this.#plan.settings.batchSize)) {
      this.#context.signal.throwIfAborted();
      const { loss, correct } = await this.#network.evaluate(batch);
      sums.add(batch.count, loss, correct);
    }
    return sums.pictures === 0 ? null : { loss: sums.loss, accuracy: sums.accuracy };
  }

  async #read(which: 'best' | 'last'): Promise<Checkpoint | null> {
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

  #path(which: 'best' | 'last'): string {
    return checkpointFile(this.#projectPath, this.#plan.runId, which);
  }
}

/** The last step of an epoch may have broken the weights without a loss that shows it: such a checkpoint is of no use. */
function checkFinite(parameters: Record<string, Tensor>, step: number): void {
  for (const { data } of Object.values(parameters)) {
    const broken = data.find((value) => !Number.isFinite(value));
    if (broken !== undefined) throw new TesseraError('lossNotFinite', { value: String(broken), step });
  }
}
