import type { StepMetric } from '../../contract/index.ts';

/** Sums over pictures; plain data, so that a checkpoint can keep them. */
export interface Sums {
  pictures: number;
  loss: number;
  correct: number;
}

/** Pictures seen, and sums over them. */
export class Averages {
  pictures: number;
  #loss: number;
  #correct: number;

  constructor({ pictures, loss, correct }: Sums = { pictures: 0, loss: 0, correct: 0 }) {
    this.pictures = pictures;
    this.#loss = loss;
    this.#correct = correct;
  }

  /** `loss` is the mean over the batch. */
  add(pictures: number, loss: number, correct: number): void {
    this.pictures += pictures;
    this.#loss += loss * pictures;
    this.#correct += correct;
  }

  get sums(): Sums {
    return { pictures: this.pictures, loss: this.#loss, correct: this.#correct };
  }

  get loss(): number {
    return this.#loss / this.pictures;
  }

  get accuracy(): number {
    return this.#correct / this.pictures;
  }
}

export type StepPoint = Omit<StepMetric, 'seq' | 'memory' | 'at'>;

/** A finished step. */
export interface StepDone {
  step: number;
  /** Fractional. */
  epoch: number;
  pictures: number;
  loss: number;
  correct: number;
  learningRate: number;
  /** Where it was taken. */
  gradientNorm: number | undefined;
  /** Seconds that it waited for its pictures. */
  waited: number;
}

/**
 * Averages steps into points, at most one each `interval` seconds of stepping: a small network makes thousands of steps
 * a second, and nobody can look at more than a few. Times are seconds since the run began.
 */
export class StepAverages {
  readonly #interval: number;
  /** Where the step that is under way began. */
  #from: number;
  /** Spent on steps since the last point. */
  #busy = 0;
  #sums = new Averages();
  #waited = 0;
  #last: { step: number; epoch: number; time: number; learningRate: number } | null = null;
  #gradientNorm: number | undefined;
  #steps = 0;
  /** Of the steps since the last point. */
  #lossSpan: [number, number] = [Infinity, -Infinity];

  constructor(interval: number, now: number) {
    this.#interval = interval;
    this.#from = now;
  }

  /** A point when one is due, else null. */
  add(done: StepDone, now: number): StepPoint | null {
    const { step, epoch, learningRate } = done;
    this.#sums.add(done.pictures, done.loss, done.correct);
    this.#steps += 1;
    this.#lossSpan = [Math.min(this.#lossSpan[0], done.loss), Math.max(this.#lossSpan[1], done.loss)];
    this.#waited += done.waited;
    this.#gradientNorm = done.gradientNorm ?? this.#gradientNorm;
    this.#busy += now - this.#from;
    this.#from = now;
    this.#last = { step, epoch, time: now, learningRate };
    return this.#busy >= this.#interval ? this.flush() : null;
  }

  /** What has come since the last point; null where nothing has. */
  flush(): StepPoint | null {
    if (this.#last === null) return null;
    const { loss, accuracy, pictures } = this.#sums;
    const imagesPerSecond = pictures / Math.max(this.#busy, 1e-6);
    const norm = this.#gradientNorm;
    const point: StepPoint = {
      kind: 'step',
      ...this.#last,
      loss,
      accuracy,
      imagesPerSecond,
      dataWait: this.#waited,
      // Gradients may break in the step before the loss does: what is no number can be neither stored nor drawn.
      ...(norm !== undefined && Number.isFinite(norm) && { gradientNorm: norm }),
      ...(this.#steps > 1 && { spans: { loss: this.#lossSpan } }),
    };
    this.#steps = 0;
    this.#lossSpan = [Infinity, -Infinity];
    this.#busy = 0;
    this.#waited = 0;
    this.#gradientNorm = undefined;
    this.#sums = new Averages();
    this.#last = null;
    return point;
  }

  /** The next step begins now: what came before was validation or a checkpoint, and does not count as slowness. */
  resume(now: number): void {
    this.#from = now;
  }
}
