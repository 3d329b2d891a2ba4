import {
  TesseraError,
  type EpochMetric,
  type LabelChanges,
  type Metric,
  type RunHappening,
  type RunNews,
  type Schedule,
} from '../../contract/index.ts';
import { balancedOrder, epochOrder, stepsPerEpoch } from './batches.ts';
import { isBetter, type EpochScore } from './best.ts';
import type { DataInForce } from './data-in-force.ts';
import { isBeginning, type EpochSoFar, type LoopState } from './loop-state.ts';
import { afterEpoch, freshPlateau } from './plateau.ts';
import { learningRateShare, usualSchedule } from './schedule.ts';
import { stepsUntil } from './stretches.ts';
import { Averages, StepAverages, type StepPoint } from './step-averages.ts';
import { isStalled } from './stopping.ts';

/** Steps of an epoch, one after the other. */
export interface EpochSteps {
  /** From 0. */
  epoch: number;
  /** The whole epoch: of the training set, in the order in which they come; the last batch may be smaller. */
  places: readonly number[];
  batchSize: number;
  /** The step of the epoch that comes first, from 0. */
  first: number;
  /** For each step that is to be made, the share of the learning rate that was set. */
  rateShares: Float64Array;
}

export interface StepTold {
  /** Mean over the batch, before the update. */
  loss: number;
  correct: number;
  pictures: number;
  /** Since the first of these steps began. */
  seconds: number;
  /** The 2-norm of all gradients before clipping, where it was taken. */
  gradientNorm?: number;
  /** Seconds that it waited for its pictures. */
  waited?: number;
  /** Of a step whose loss is not finite: the first layer that gave something else than numbers. */
  brokenLayer?: string;
}

/** The data of the epoch that comes next, where a run takes up labels that are changed while it trains. */
export interface FollowedData {
  /** null: as the plan has it. */
  data: DataInForce | null;
  /** What became of pictures since the epoch before; null where it was nothing. */
  changes: (LabelChanges & { dataHash: string }) | null;
  /** Why labels that were changed are not taken up. */
  refused: string | null;
  /** Pictures in the training set now. */
  count: number;
  /** Their classes, where all are to come equally often. */
  balanced?: ArrayLike<number>;
  /** The best so far, judged by the labels of now. */
  best: EpochScore | null;
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
  /** Brings the pictures and labels of the next epoch into force, or of the one under way. Left out: they never change. */
  follow?(state: LoopState): Promise<FollowedData>;
  /** Something that is marked on the curves. Those of training come again when a killed run comes to them again. */
  happened?(happening: RunHappening): void;
  /** Saves the network as it is now. Resolves when it is on the disk. Without `best` it is in the middle of an epoch. */
  save(state: LoopState, best?: boolean): Promise<void>;
  /** Looks into the layers of the network as it was just saved. */
  watch?(state: LoopState): Promise<void>;
  report(points: Metric[]): void;
  /** Pictures seen of all that will be. */
  progress(done: number, total: number, detail: string): void;
  /** Seconds, from any origin. */
  clock(): number;
  /** By the clock on the wall, ms since 1970. */
  date(): number;
  /** Bytes that the process holds. */
  memory(): number;
}

export interface TrainingLength {
  /** Pictures in the training set, as the run begins. */
  count: number;
  epochs: number;
  batchSize: number;
  seed: number;
  /** Of the first schedule share; for the curves alone. */
  learningRate: number;
  /** Left out: `usualSchedule`. */
  schedule?: Schedule;
  /** Epochs in a row that may be no better than the best. Left out: all. */
  patience?: number;
  /** The class of each training picture, where all classes are to come equally often. */
  balanced?: ArrayLike<number>;
  /** After so many epochs it halts on its way; the schedule does not know of it. Left out: it goes to its end. */
  until?: number;
  /** Seconds between two saves within an epoch. Left out: only whole epochs are saved. */
  saveInterval?: number;
}

/** Between two points of the curves, seconds. */
const pointInterval = 0.1;

/**
 * Trains from `state` to the last epoch or to `until`, or to the one after which waiting for a better one is over, and gives the
 * state there. Throws `lossNotFinite` as soon as a loss is, before anything is saved with it, and the signal's reason between two
 * steps after it was aborted; that of `pausing` too, but only once the steps made so far are saved.
 */
export async function train(
  length: TrainingLength,
  parts: TrainingParts,
  state: LoopState,
  signal: AbortSignal,
  pausing?: AbortSignal,
): Promise<LoopState> {
  const loop = new Loop(length, parts, state, signal, pausing);
  loop.begin();
  // Who was killed right after saving has not told it. To all others it is nothing new.
  if (state.finished !== null && state.underWay === null) parts.report([state.finished]);
  while (!loop.isOver) await loop.runEpoch();
  loop.end();
  return loop.state;
}

class Loop {
  state: LoopState;
  readonly #length: TrainingLength;
  readonly #parts: TrainingParts;
  readonly #signal: AbortSignal;
  readonly #pausing: AbortSignal;
  readonly #schedule: Schedule;
  /** The clock's reading at which the run would have begun, had it never been interrupted. */
  readonly #origin: number;
  readonly #points: StepAverages;
  /** What the epoch under way learns from. */
  #learned: Pick<FollowedData, 'count' | 'balanced'>;
  #savedAt: number;
  /** How long a step takes; null before one was made. */
  #secondsPerStep: number | null = null;

  constructor(
    length: TrainingLength,
    parts: TrainingParts,
    state: LoopState,
    signal: AbortSignal,
    pausing = new AbortController().signal,
  ) {
    this.#length = length;
    this.#parts = parts;
    this.#signal = signal;
    this.#pausing = pausing;
    this.#schedule = length.schedule ?? usualSchedule;
    this.#learned = length;
    this.state = state;
    this.#origin = parts.clock() - state.seconds;
    this.#savedAt = state.seconds;
    this.#points = new StepAverages(pointInterval, state.seconds);
  }

  get isOver(): boolean {
    const { epoch, best, underWay } = this.state;
    if (epoch >= this.#goal) return true;
    return underWay === null && isStalled(this.#length.patience, epoch, best);
  }

  begin(): void {
    this.#happened({ kind: isBeginning(this.state) ? 'started' : 'resumed' });
  }

  /** Epochs to which it goes this time. */
  get #goal(): number {
    const { epochs, until = epochs } = this.#length;
    return Math.min(epochs, until);
  }

  async runEpoch(): Promise<void> {
    await this.#follow();
    const { seconds, sums: all, dataWait } = await this.#steps();
    const sums = new Averages(all);
    const validation = await this.#parts.validate();
    if (validation !== null) checkLoss(validation.loss, this.state.step);
    const score: EpochScore = {
      epoch: this.state.epoch + 1,
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
      imagesPerSecond: sums.pictures / Math.max(seconds, 1e-6),
      learningRate: this.#length.learningRate * this.#share(this.#perEpoch - 1),
      memory: this.#parts.memory(),
      dataWait,
      at: this.#parts.date(),
    };
    // An epoch that was told can be gone on from.
    await this.#finish(score, finished);
    await this.#parts.watch?.(this.state);
    this.#parts.report([finished]);
    this.#points.resume(this.#now());
  }

  /** The last steps, which no point has told about yet. */
  end(): void {
    this.#reportSteps(this.#points.flush());
    const { epoch, best } = this.state;
    if (epoch >= this.#length.epochs) return;
    this.#happened({ kind: 'stoppedEarly', bestEpoch: best?.epoch ?? epoch });
  }

  /** Of a run that takes up changed labels: the epoch goes by those of when it begins, also when it is resumed within. */
  async #follow(): Promise<void> {
    const followed = await this.#parts.follow?.(this.state);
    if (followed === undefined) return;
    const { data, best, changes, refused } = followed;
    this.#learned = followed;
    this.state = { ...this.state, data, best };
    if (changes !== null) {
      this.#happened({ kind: 'labelsTaken', ...changes, bestValAccuracy: best?.valAccuracy ?? null });
    }
    if (refused !== null) this.#happened({ kind: 'labelsRefused', message: refused });
  }

  /** To the end of the epoch that is under way, or of the next one. */
  async #steps(): Promise<EpochSoFar> {
    const { epoch } = this.state;
    const perEpoch = this.#perEpoch;
    const places = this.#order(epoch);
    let soFar: EpochSoFar = this.state.underWay ?? {
      steps: 0,
      sums: new Averages().sums,
      seconds: 0,
      dataWait: 0,
    };
    this.#signal.throwIfAborted();
    this.#pausing.throwIfAborted();
    this.#progress(epoch, soFar.sums.pictures);
    while (soFar.steps < perEpoch) {
      const until = Math.min(perEpoch, soFar.steps + this.#stretch());
      soFar = await this.#stretchOfSteps(places, soFar, until);
      if (soFar.steps === perEpoch) break;
      if (this.#isDue() || (this.#pausing.aborted && soFar.steps > 0)) {
        this.#reportSteps(this.#points.flush());
        await this.#save({ ...this.state, underWay: soFar });
      }
      this.#pausing.throwIfAborted();
    }
    return soFar;
  }

  async #stretchOfSteps(places: readonly number[], from: EpochSoFar, until: number): Promise<EpochSoFar> {
    const { batchSize, learningRate } = this.#length;
    const { epoch } = this.state;
    const perEpoch = this.#perEpoch;
    const sums = new Averages(from.sums);
    const begun = this.#now();
    const before = this.state.step;
    let dataWait = from.dataWait;
    const rateShares = Float64Array.from({ length: until - from.steps }, (_, at) =>
      this.#share(from.steps + at),
    );
    const told = (steps: readonly StepTold[]): void => {
      for (const { loss, correct, pictures, seconds, gradientNorm, waited = 0, brokenLayer } of steps) {
        const step = this.state.step + 1;
        checkLoss(loss, step, brokenLayer);
        this.state = { ...this.state, step };
        sums.add(pictures, loss, correct);
        dataWait += waited;
        const within = from.steps + step - before;
        const done = { step, epoch: epoch + within / perEpoch, pictures, loss, correct };
        const rate = learningRate * (rateShares[step - 1 - before] ?? 0);
        const measured = { learningRate: rate, gradientNorm, waited };
        const point = this.#points.add({ ...done, ...measured }, begun + seconds);
        if (this.#reportSteps(point)) this.#progress(epoch, sums.pictures);
      }
    };
    const steps: EpochSteps = { epoch, places, batchSize, first: from.steps, rateShares };
    await this.#parts
      .steps(steps, told, AbortSignal.any([this.#signal, this.#pausing]))
      .catch((thrown: unknown) => {
        // What was told is done and can be saved.
        if (this.#signal.aborted || !this.#pausing.aborted || thrown !== this.#pausing.reason) throw thrown;
      });
    const seconds = this.#now() - begun;
    const made = this.state.step - before;
    if (made > 0) this.#secondsPerStep = seconds / made;
    return { steps: from.steps + made, sums: sums.sums, seconds: from.seconds + seconds, dataWait };
  }

  #order(epoch: number): number[] {
    const { seed } = this.#length;
    const { count, balanced } = this.#learned;
    return balanced === undefined ? epochOrder(count, seed, epoch) : balancedOrder(balanced, seed, epoch);
  }

  /** Steps of the epoch that is under way. */
  get #perEpoch(): number {
    return stepsPerEpoch(this.#learned.count, this.#length.batchSize);
  }

  /** Of the learning rate, at a step of the epoch under way, counted from 0. The schedule goes by the epochs that were planned. */
  #share(within: number): number {
    const { count, batchSize, epochs } = this.#length;
    const planned = stepsPerEpoch(count, batchSize);
    const step = this.state.epoch * planned + (within * planned) / this.#perEpoch;
    const own = learningRateShare(this.#schedule, step, { stepsPerEpoch: planned, epochs });
    return own * (this.state.plateau?.share ?? 1);
  }

  #stretch(): number {
    const { saveInterval } = this.#length;
    if (saveInterval === undefined) return Infinity;
    return stepsUntil(this.#savedAt + saveInterval - this.#now(), this.#secondsPerStep);
  }

  #isDue(): boolean {
    const { saveInterval } = this.#length;
    return saveInterval !== undefined && this.#now() - this.#savedAt >= saveInterval;
  }

  async #finish(score: EpochScore, finished: EpochMetric): Promise<void> {
    const better = isBetter(score, this.state.best);
    const { plateau } = this.state;
    const loss = finished.valLoss ?? finished.trainLoss;
    const next: LoopState = {
      ...this.state,
      epoch: score.epoch,
      nextSeq: finished.seq + 1,
      best: better ? score : this.state.best,
      finished,
      underWay: null,
      plateau:
        this.#schedule.kind === 'plateau' ? afterEpoch(this.#schedule, plateau ?? freshPlateau, loss) : null,
    };
    const share = next.plateau?.share ?? 1;
    // Before it is saved: who is killed in between comes to it once more.
    if (share < (plateau?.share ?? 1)) {
      this.#happened({ kind: 'rateLowered', learningRate: this.#length.learningRate * share }, next);
    }
    await this.#save(next, better);
  }

  /** Where the run stands. */
  #happened(what: RunNews, { step, epoch, underWay } = this.state): void {
    const within = (underWay?.steps ?? 0) / this.#perEpoch;
    this.#parts.happened?.({ ...what, step, epoch: epoch + within, time: this.#now() });
  }

  async #save(state: LoopState, best?: boolean): Promise<void> {
    this.state = { ...state, seconds: this.#now() };
    await this.#parts.save(this.state, best);
    this.#savedAt = this.#now();
    if (best === undefined) this.#points.resume(this.#now());
  }

  #reportSteps(point: StepPoint | null): boolean {
    if (point === null) return false;
    const [memory, at] = [this.#parts.memory(), this.#parts.date()];
    this.#parts.report([{ ...point, seq: this.state.nextSeq, memory, at }]);
    this.state = { ...this.state, nextSeq: this.state.nextSeq + 1 };
    return true;
  }

  #progress(epoch: number, pictures: number): void {
    const { count } = this.#learned;
    const [seen, all] = [pictures, count].map((number) => number.toLocaleString('en-US'));
    const detail = `Epoch ${epoch + 1} of ${this.#goal}, ${seen} of ${all} pictures`;
    this.#parts.progress(epoch * count + pictures, this.#goal * count, detail);
  }

  #now(): number {
    return this.#parts.clock() - this.#origin;
  }
}

function checkLoss(loss: number, step: number, layer?: string): void {
  if (Number.isFinite(loss)) return;
  const value = String(loss);
  throw layer === undefined
    ? new TesseraError('lossNotFinite', { value, step })
    : new TesseraError('lossNotFiniteIn', { value, step, layer });
}
