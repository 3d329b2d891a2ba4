import { TesseraError, type EpochMetric, type Metric } from '../../contract/index.ts';
import { epochOrder, stepsPerEpoch } from './batches.ts';
import { isBetter, type EpochScore } from './best.ts';
import { learningRateShare } from './schedule.ts';
import { Averages, StepAverages, type StepPoint } from './step-averages.ts';

/** The steps of an epoch. */
export interface EpochSteps {
  /** Of the training set, in the order in which they come; the last batch may be smaller. */
  places: readonly number[];
  batchSize: number;
  /** For each step, the share of the learning rate that was set. */
  rateShares: Float64Array;
}

export interface StepTold {
  /** Mean over the batch, before the update. */
  loss: number;
  correct: number;
  pictures: number;
  /** Since the epoch began. */
  seconds: number;
}

/** What the loop needs of the world: the network, the pictures, the disk and the clock. */
export interface TrainingParts {
  /**
   * Makes the steps, and tells of each once and in order, several at a time where they are short. Ends after a step whose
   * loss is not finite, and when `told` throws, with what it threw. Throws the signal's reason once it is aborted.
   */
  steps(epoch: EpochSteps, told: (steps: readonly StepTold[]) => void, signal: AbortSignal): Promise<void>;
  /** Over the validation set; null where there is none. */
  validate(): Promise<{ loss: number; accuracy: number } | null>;
  /** Saves the network as it is now. Resolves when it is on the disk. */
  save(state: LoopState, best: boolean): Promise<void>;
  report(points: Metric[]): void;
  /** Pictures seen of all that will be. */
  progress(done: number, total: number, detail: string): void;
  /** Seconds, from any origin. */
  clock(): number;
}

export interface TrainingLength {
  /** Pictures in the training set. */
  count: number;
  epochs: number;
  batchSize: number;
  seed: number;
}

/** Where a run stands between two epochs: all that it needs to go on, besides the network. */
export interface LoopState {
  /** Epochs finished. */
  epoch: number;
  step: number;
  /** The `seq` of the next metric. */
  nextSeq: number;
  /** Seconds trained so far. */
  seconds: number;
  best: EpochScore | null;
  /** The point of the epoch that finished last. */
  finished: EpochMetric | null;
}

export const beginning: LoopState = {
  epoch: 0,
  step: 0,
  nextSeq: 0,
  seconds: 0,
  best: null,
  finished: null,
};

/** Between two points of the curves, seconds. */
const pointInterval = 0.1;

/**
 * Trains from `state` to the last epoch and gives the state there. Throws `lossNotFinite` as soon as a loss is, before
 * anything is saved with it, and the signal's reason between two steps after it was aborted.
 */
export async function train(
  length: TrainingLength,
  parts: TrainingParts,
  state: LoopState,
  signal: AbortSignal,
): Promise<LoopState> {
  const loop = new Loop(length, parts, state, signal);
  // Who was killed right after saving has not told it. To all others it is nothing new.
  if (state.finished !== null) parts.report([state.finished]);
  for (let epoch = state.epoch; epoch < length.epochs; epoch++) await loop.runEpoch(epoch);
  loop.end();
  return loop.state;
}

class Loop {
  state: LoopState;
  readonly #length: TrainingLength;
  readonly #parts: TrainingParts;
  readonly #signal: AbortSignal;
  /** The clock's reading at which the run would have begun, had it never been interrupted. */
  readonly #origin: number;
  readonly #points: StepAverages;

  constructor(length: TrainingLength, parts: TrainingParts, state: LoopState, signal: AbortSignal) {
    this.#length = length;
    this.#parts = parts;
    this.#signal = signal;
    this.state = state;
    this.#origin = parts.clock() - state.seconds;
    this.#points = new StepAverages(pointInterval, state.seconds);
  }

  async runEpoch(epoch: number): Promise<void> {
    const begun = this.#now();
    const sums = await this.#steps(epoch);
    const trained = this.#now();
    const validation = await this.#parts.validate();
    if (validation !== null) checkLoss(validation.loss, this.state.step);
    const score: EpochScore = {
      epoch: epoch + 1,
      valAccuracy: validation?.accuracy ?? null,
      valLoss: validation?.loss ?? null,
    };
    const finished: EpochMetric = {
      kind: 'epoch',
      ...score,
      seq: this.state.nextSeq,
      step: this.state.step,
      time: this.#now(),
      trainLoss: sums.loss,
      trainAccuracy: sums.accuracy,
      imagesPerSecond: sums.pictures / Math.max(trained - begun, 1e-6),
    };
    // An epoch that was told can be gone on from.
    await this.#save(score, finished);
    this.#parts.report([finished]);
    this.#points.resume(this.#now());
  }

  /** The last steps, which no point has told about yet. */
  end(): void {
    this.#reportSteps(this.#points.flush());
  }

  async #steps(epoch: number): Promise<Averages> {
    const { count, batchSize, seed, epochs } = this.#length;
    const perEpoch = stepsPerEpoch(count, batchSize);
    const sums = new Averages();
    this.#signal.throwIfAborted();
    this.#progress(epoch, 0);
    const begun = this.#now();
    const first = this.state.step;
    const rateShares = Float64Array.from({ length: perEpoch }, (_, step) =>
      learningRateShare(first + step, perEpoch * epochs),
    );
    const told = (steps: readonly StepTold[]): void => {
      for (const { loss, correct, pictures, seconds } of steps) {
        const step = this.state.step + 1;
        checkLoss(loss, step);
        this.state = { ...this.state, step };
        sums.add(pictures, loss, correct);
        const done = { step, epoch: Math.min(step / perEpoch, epochs), pictures, loss, correct };
        if (this.#reportSteps(this.#points.add(done, begun + seconds))) this.#progress(epoch, sums.pictures);
      }
    };
    await this.#parts.steps(
      { places: epochOrder(count, seed, epoch), batchSize, rateShares },
      told,
      this.#signal,
    );
    return sums;
  }

  async #save(score: EpochScore, finished: EpochMetric): Promise<void> {
    const better = isBetter(score, this.state.best);
    this.state = {
      epoch: score.epoch,
      step: this.state.step,
      nextSeq: finished.seq + 1,
      seconds: this.#now(),
      best: better ? score : this.state.best,
      finished,
    };
    await this.#parts.save(this.state, better);
  }

  #reportSteps(point: StepPoint | null): boolean {
    if (point === null) return false;
    this.#parts.report([{ ...point, seq: this.state.nextSeq }]);
    this.state = { ...this.state, nextSeq: this.state.nextSeq + 1 };
    return true;
  }

  #progress(epoch: number, pictures: number): void {
    const { count, epochs } = this.#length;
    const [seen, all] = [pictures, count].map((number) => number.toLocaleString('en-US'));
    const detail = `Epoch ${epoch + 1} of ${epochs}, ${seen} of ${all} pictures`;
    this.#parts.progress(epoch * count + pictures, epochs * count, detail);
  }

  #now(): number {
    return this.#parts.clock() - this.#origin;
  }
}

function checkLoss(loss: number, step: number): void {
  if (!Number.isFinite(loss)) throw new TesseraError('lossNotFinite', { value: String(loss), step });
}
