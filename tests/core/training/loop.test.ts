import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  TesseraError,
  type EpochMetric,
  type Metric,
  type RunHappening,
  type Schedule,
} from '../../../app/contract/index.ts';
import { batchesOf, epochOrder } from '../../../app/core/training/batches.ts';
import { beginning, type LoopState } from '../../../app/core/training/loop-state.ts';
import {
  train,
  type EpochSteps,
  type FollowedData,
  type StepTold,
  type TrainingLength,
  type TrainingParts,
} from '../../../app/core/training/loop.ts';
import { learningRateShare } from '../../../app/core/training/schedule.ts';

/**
 * A network of one number: every step mixes the batch into it, so that it tells which batches came, in which order and
 * with which learning rate.
 * The clock is its own; each step takes `stepSeconds`.
 */
class Rehearsal implements TrainingParts {
  weight = 1;
  readonly batches: (readonly number[])[] = [];
  readonly rateShares: number[] = [];
  readonly points: Metric[] = [];
  /** What was saved and told, in order: `saved 1`, `told 1`, … */
  readonly log: string[] = [];
  readonly saved: { state: LoopState; best: boolean | undefined; weight: number }[] = [];
  readonly happenings: RunHappening[] = [];
  readonly progressed: { done: number; total: number; detail: string }[] = [];
  validations: { loss: number; accuracy: number }[] = [];
  /** What step n gives; its loss is 1/n unless a test says otherwise. */
  lossAt = (step: number): number => 1 / step;
  stepSeconds = 0.01;
  #now = 1000;
  #steps = 0;

  async steps(
    { places, batchSize, first, rateShares }: EpochSteps,
    told: (steps: readonly StepTold[]) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const begun = this.#now;
    const batches = [...batchesOf(places, batchSize)].slice(first, first + rateShares.length);
    for (const [step, batch] of batches.entries()) {
      signal.throwIfAborted();
      const loss = this.#step(batch, rateShares[step] as number);
      told([{ loss, correct: 1, pictures: batch.length, seconds: this.#now - begun }]);
      if (!Number.isFinite(loss)) return;
      await Promise.resolve();
    }
  }

  #step(places: readonly number[], rateShare: number): number {
    this.batches.push(places);
    this.rateShares.push(rateShare);
    for (const place of places) this.weight = (this.weight * 31 + place * rateShare) % 1_000_003;
    this.#now += this.stepSeconds;
    this.#steps++;
    return this.lossAt(this.#steps);
  }

  validate(): Promise<{ loss: number; accuracy: number } | null> {
    return Promise.resolve(this.validations.shift() ?? null);
  }

  save(state: LoopState, best?: boolean): Promise<void> {
    this.saved.push({ state, best, weight: this.weight });
    if (state.underWay === null) this.log.push(`saved ${state.epoch}`);
    return Promise.resolve();
  }

  happened(happening: RunHappening): void {
    this.happenings.push(happening);
  }

  report(points: Metric[]): void {
    this.points.push(...points);
    for (const { kind, epoch } of points) if (kind === 'epoch') this.log.push(`told ${epoch}`);
  }

  progress(done: number, total: number, detail: string): void {
    this.progressed.push({ done, total, detail });
  }

  clock(): number {
    return this.#now;
  }

  date(): number {
    return 1000 * this.clock();
  }

  memory(): number {
    return 1e6;
  }

  get epochs(): EpochMetric[] {
    return this.points.filter((point) => point.kind === 'epoch');
  }
}

const length: TrainingLength = { count: 10, epochs: 3, batchSize: 4, seed: 7, learningRate: 0.5 };
const cosine = (step: number, stepsPerEpoch: number, epochs: number) =>
  learningRateShare({ kind: 'cosine' }, step, { stepsPerEpoch, epochs });
const never = new AbortController().signal;
const accuracies = (...values: number[]) => values.map((accuracy) => ({ accuracy, loss: 1 - accuracy }));

let parts: Rehearsal;
beforeEach(() => {
  parts = new Rehearsal();
});

describe('a straight run', () => {
  it('visits every picture once an epoch, in the order of its seed, with a smaller last batch', async () => {
    await train(length, parts, beginning, never);
    expect(parts.batches.map(({ length }) => length)).toEqual([4, 4, 2, 4, 4, 2, 4, 4, 2]);
    expect(parts.batches.flat()).toEqual([0, 1, 2].flatMap((epoch) => epochOrder(10, 7, epoch)));
  });

  it('lowers the learning rate over all its steps', async () => {
    await train(length, parts, beginning, never);
    expect(parts.rateShares).toEqual(Array.from({ length: 9 }, (_, step) => cosine(step, 3, 3)));
    expect(parts.epochs.map(({ learningRate }) => learningRate)).toEqual(
      [2, 5, 8].map((step) => 0.5 * cosine(step, 3, 3)),
    );
  });

  it('saves after every epoch, and says which was the best so far', async () => {
    parts.validations = accuracies(0.5, 0.9, 0.7);
    const end = await train(length, parts, beginning, never);
    expect(parts.saved.map(({ state, best }) => [state.epoch, state.step, best])).toEqual([
      [1, 3, true],
      [2, 6, true],
      [3, 9, false],
    ]);
    expect(end.best).toEqual({ epoch: 2, valAccuracy: 0.9, valLoss: expect.closeTo(0.1) as number });
    expect(end).toMatchObject({ epoch: 3, step: 9 });
  });

  it('tells of an epoch only when it is saved', async () => {
    await train(length, parts, beginning, never);
    expect(parts.log).toEqual(['saved 1', 'told 1', 'saved 2', 'told 2', 'saved 3', 'told 3']);
  });

  it('tells about each epoch: the mean over its pictures, weighted by the batches', async () => {
    parts.validations = accuracies(0.5);
    await train({ ...length, epochs: 1 }, parts, beginning, never);
    const [epoch] = parts.epochs;
    expect(epoch).toMatchObject({ epoch: 1, step: 3, trainAccuracy: 0.3, valAccuracy: 0.5, valLoss: 0.5 });
    expect(epoch?.trainLoss).toBeCloseTo((4 / 1 + 4 / 2 + 2 / 3) / 10, 12);
    expect(epoch?.imagesPerSecond).toBeCloseTo(10 / 0.03, 6);
    expect(epoch?.time).toBeCloseTo(0.03, 9);
  });

  it('without validation pictures takes the last epoch for the best', async () => {
    const end = await train(length, parts, beginning, never);
    expect(parts.saved.map(({ best }) => best)).toEqual([true, true, true]);
    expect(end.best).toEqual({ epoch: 3, valAccuracy: null, valLoss: null });
    expect(parts.epochs.map(({ valLoss, valAccuracy }) => [valLoss, valAccuracy])).toEqual(
      Array(3).fill([null, null]),
    );
  });

  it('numbers its points without a gap and tells about every step', async () => {
    parts.stepSeconds = 0.06;
    await train({ ...length, epochs: 7 }, parts, beginning, never);
    expect(parts.points.map(({ seq }) => seq)).toEqual(parts.points.map((_, index) => index));
    const steps = parts.points.filter((point) => point.kind === 'step');
    expect(steps.at(-1)).toMatchObject({ step: 21, epoch: 7 });
    const times = parts.points.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('says how far it is, up to all pictures of all epochs', async () => {
    parts.stepSeconds = 1;
    await train(length, parts, beginning, never);
    expect(parts.progressed[0]).toEqual({ done: 0, total: 30, detail: 'Epoch 1 of 3, 0 of 10 pictures' });
    expect(parts.progressed.at(-1)).toEqual({
      done: 30,
      total: 30,
      detail: 'Epoch 3 of 3, 10 of 10 pictures',
    });
  });
});

describe('a resumed run', () => {
  it('goes on from any epoch exactly as if it had never stopped', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          count: fc.integer({ min: 1, max: 40 }),
          epochs: fc.integer({ min: 1, max: 6 }),
          batchSize: fc.integer({ min: 1, max: 12 }),
          seed: fc.nat(),
          learningRate: fc.constant(0.1),
        }),
        fc.nat(5),
        fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }),
        async (length, stop, scores) => {
          const straight = new Rehearsal();
          straight.validations = accuracies(...scores);
          const end = await train(length, straight, beginning, never);

          const at = straight.saved[stop % length.epochs];
          if (at === undefined) throw new Error('an epoch was not saved');
          const resumed = new Rehearsal();
          resumed.weight = at.weight;
          resumed.validations = accuracies(...scores.slice(at.state.epoch));
          const again = await train(length, resumed, at.state, never);

          expect(resumed.weight).toBe(straight.weight);
          expect(again).toMatchObject({ epoch: end.epoch, step: end.step, best: end.best });
          expect(again.seconds).toBeCloseTo(end.seconds, 9);
          expect(resumed.batches).toEqual(straight.batches.slice(at.state.step));
          // The last epoch before, too: it may not have been told before the end came.
          expect(resumed.epochs.map(({ epoch }) => epoch)).toEqual(
            straight.epochs.map(({ epoch }) => epoch).slice(at.state.epoch - 1),
          );
          expect(resumed.points[0]).toEqual(straight.epochs[at.state.epoch - 1]);
          expect(resumed.points.slice(1).every(({ seq }, index) => seq === at.state.nextSeq + index)).toBe(
            true,
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it('goes on from within an epoch, under any schedule and sampling, as if it had never stopped', async () => {
    const schedules: Schedule[] = [
      { kind: 'cosine', warmup: 0.5 },
      { kind: 'oneCycle' },
      { kind: 'step', every: 1, factor: 0.5 },
      { kind: 'plateau', factor: 0.5, patience: 0 },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          count: fc.integer({ min: 20, max: 60 }),
          epochs: fc.integer({ min: 1, max: 4 }),
          batchSize: fc.integer({ min: 1, max: 3 }),
          seed: fc.nat(),
          learningRate: fc.constant(0.1),
          schedule: fc.constantFrom(...schedules),
          saveInterval: fc.constantFrom(0.01, 0.05),
        }),
        fc.boolean(),
        fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
        fc.nat(),
        fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
        async (drawn, isBalanced, patience, stop, scores) => {
          const whole: TrainingLength = {
            ...drawn,
            ...(isBalanced && { balanced: Array.from({ length: drawn.count }, (_, at) => at % 3) }),
            ...(patience !== undefined && { patience }),
          };
          const straight = new Rehearsal();
          straight.validations = accuracies(...scores);
          const end = await train(whole, straight, beginning, never);
          const at = straight.saved[stop % straight.saved.length];
          if (at === undefined) throw new Error('nothing was saved');
          const resumed = new Rehearsal();
          resumed.lossAt = (step) => 1 / (step + at.state.step);
          resumed.weight = at.weight;
          resumed.validations = accuracies(...scores.slice(at.state.epoch));
          const again = await train(whole, resumed, at.state, never);

          expect(resumed.weight).toBe(straight.weight);
          expect(resumed.batches).toEqual(straight.batches.slice(at.state.step));
          expect(resumed.rateShares).toEqual(straight.rateShares.slice(at.state.step));
          expect(again).toMatchObject({ epoch: end.epoch, step: end.step, best: end.best });
          expect(again.plateau).toEqual(end.plateau);
          // An epoch's means are over all of its steps, also those before the stop.
          const told = (epochs: EpochMetric[]) =>
            epochs
              .filter(({ epoch }) => epoch > at.state.epoch)
              .map(({ epoch, trainLoss, trainAccuracy, valLoss }) => [
                epoch,
                trainLoss,
                trainAccuracy,
                valLoss,
              ]);
          expect(told(resumed.epochs)).toEqual(told(straight.epochs));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('saves within an epoch when it is time, and not otherwise', async () => {
    parts.stepSeconds = 1;
    const long = { ...length, count: 400, epochs: 1, batchSize: 4 };
    await train({ ...long, saveInterval: 30 }, parts, beginning, never);
    expect(parts.saved.map(({ state, best }) => [state.step, state.underWay?.steps, best])).toEqual([
      [30, 30, undefined],
      [60, 60, undefined],
      [90, 90, undefined],
      [100, undefined, true],
    ]);
    const other = new Rehearsal();
    await train(long, other, beginning, never);
    expect(other.saved).toHaveLength(1);
    expect(other.weight).toBe(parts.weight);
  });

  it('of a finished run has nothing to do', async () => {
    const end = await train(length, parts, beginning, never);
    const again = new Rehearsal();
    expect(await train(length, again, end, never)).toEqual(end);
    expect(again.batches).toEqual([]);
    expect(again.saved).toEqual([]);
  });

  it('keeps an earlier best epoch', async () => {
    const best = { epoch: 1, valAccuracy: 0.99, valLoss: 0.1 };
    parts.validations = accuracies(0.5, 0.6);
    const end = await train(length, parts, { ...beginning, epoch: 1, step: 3, best }, never);
    expect(end.best).toEqual(best);
    expect(parts.saved.map(({ best }) => best)).toEqual([false, false]);
  });
});

/** Of a run in which pictures are left out: as many are learned from in each epoch as `counts` says. */
class Following extends Rehearsal {
  readonly #counts: readonly number[];
  readonly asked: (readonly [epoch: number, isUnderWay: boolean])[] = [];

  constructor(counts: readonly number[]) {
    super();
    this.#counts = counts;
  }

  follow(state: LoopState): Promise<FollowedData> {
    const { epoch, best, underWay } = state;
    this.asked.push([epoch, underWay !== null]);
    const count = this.#counts[epoch] ?? 0;
    const whole = this.#counts[0] ?? 0;
    const data = count === whole ? null : { dataHash: `of ${count}`, changes: [] };
    const isNew = data?.dataHash !== state.data?.dataHash;
    const changes = { relabeled: 0, leftOut: whole - count, takenBack: 0, dataHash: `of ${count}` };
    return Promise.resolve({ data, changes: isNew ? changes : null, refused: null, count, best });
  }
}

describe('labels that are changed while it trains', () => {
  const whole: TrainingLength = { count: 10, epochs: 3, batchSize: 2, seed: 7, learningRate: 0.5 };

  it('count from the next epoch on, and the schedule goes by the epochs', async () => {
    const following = new Following([10, 6, 6]);
    const end = await train(whole, following, beginning, never);
    expect(following.batches.map(({ length }) => length)).toEqual(Array(11).fill(2));
    expect(following.batches.slice(5, 8).flat()).toEqual(epochOrder(6, 7, 1));
    expect(following.rateShares.slice(0, 5)).toEqual([0, 1, 2, 3, 4].map((step) => cosine(step, 5, 3)));
    [5, 5 + 5 / 3, 5 + 10 / 3, 10, 10 + 5 / 3, 10 + 10 / 3].forEach((place, at) =>
      expect(following.rateShares[5 + at]).toBeCloseTo(cosine(place, 5, 3), 12),
    );
    expect(end).toMatchObject({ step: 11, epoch: 3, data: { dataHash: 'of 6' } });
    expect(following.epochs.map(({ step, epoch }) => [step, epoch])).toEqual([
      [5, 1],
      [8, 2],
      [11, 3],
    ]);
    expect(following.happenings.map(({ kind, step, epoch }) => [kind, step, epoch])).toEqual([
      ['started', 0, 0],
      ['labelsTaken', 5, 1],
    ]);
  });

  it('go on from anywhere as if it had never stopped', async () => {
    const counts = [10, 6, 6];
    const saving = { ...whole, saveInterval: 0.01 };
    const straight = new Following(counts);
    const end = await train(saving, straight, beginning, never);
    expect(straight.saved.some(({ state }) => state.underWay !== null && state.data !== null)).toBe(true);
    for (const { state, weight } of straight.saved) {
      const resumed = new Following(counts);
      resumed.weight = weight;
      resumed.lossAt = (step) => 1 / (step + state.step);
      const again = await train(saving, resumed, state, never);
      expect(resumed.weight).toBe(straight.weight);
      expect(resumed.rateShares).toEqual(straight.rateShares.slice(state.step));
      expect(again).toMatchObject({ epoch: end.epoch, step: end.step, data: end.data });
      if (state.epoch < 3) expect(resumed.asked[0]).toEqual([state.epoch, state.underWay !== null]);
    }
  });

  it('of the validation move the best so far', async () => {
    parts.validations = accuracies(0.9, 0.8);
    const judged: TrainingParts['follow'] = (state) =>
      Promise.resolve({
        data: null,
        changes: null,
        refused: state.epoch === 1 ? 'Too few.' : null,
        count: 10,
        best: state.best && { ...state.best, valAccuracy: 0.7 },
      });
    const following = Object.assign(parts, { follow: judged });
    const end = await train({ ...whole, epochs: 2 }, following, beginning, never);
    expect(end.best).toMatchObject({ epoch: 2, valAccuracy: 0.8 });
    expect(parts.happenings).toContainEqual(
      expect.objectContaining({ kind: 'labelsRefused', message: 'Too few.', step: 5 }),
    );
  });
});

describe('what happens to a run', () => {
  it('begins with its start, or with where it goes on', async () => {
    const end = await train(length, parts, beginning, never);
    expect(parts.happenings).toEqual([{ kind: 'started', step: 0, epoch: 0, time: 0 }]);
    const again = new Rehearsal();
    const within = { steps: 1, sums: { pictures: 4, loss: 4, correct: 1 }, seconds: 1, dataWait: 0 };
    await train(length, again, { ...end, epoch: 2, step: 7, seconds: 9, underWay: within }, never);
    expect(again.happenings).toEqual([{ kind: 'resumed', step: 7, epoch: 2 + 1 / 3, time: 9 }]);
  });

  it('tells when the rate is lowered, at the step from which it is, before that is saved', async () => {
    parts.validations = [1, 1, 1, 0.5].map((loss) => ({ loss, accuracy: 0.5 }));
    const schedule: Schedule = { kind: 'plateau', factor: 0.1, patience: 1 };
    await train({ ...length, epochs: 5, schedule, saveInterval: 0.01 }, parts, beginning, never);
    expect(parts.happenings.slice(1)).toEqual([
      expect.objectContaining({ kind: 'rateLowered', step: 9, epoch: 3, learningRate: 0.05 }),
    ]);
  });

  it('tells when it ends early, and which epoch was the best', async () => {
    parts.validations = accuracies(0.5, 0.9, 0.7, 0.8, 0.95);
    await train({ ...length, epochs: 5, patience: 2 }, parts, beginning, never);
    expect(parts.happenings.at(-1)).toMatchObject({ kind: 'stoppedEarly', step: 12, epoch: 4, bestEpoch: 2 });
  });
});

describe('stopping early', () => {
  it('comes when as many epochs as it is patient were no better', async () => {
    parts.validations = accuracies(0.5, 0.9, 0.7, 0.8, 0.95);
    const end = await train({ ...length, epochs: 5, patience: 2 }, parts, beginning, never);
    expect(end).toMatchObject({ epoch: 4, best: { epoch: 2 } });
    const again = new Rehearsal();
    await train({ ...length, epochs: 5, patience: 2 }, again, end, never);
    expect(again.batches).toEqual([]);
  });

  it('never comes while epochs get better', async () => {
    parts.validations = accuracies(0.5, 0.6, 0.7);
    expect(await train({ ...length, patience: 1 }, parts, beginning, never)).toMatchObject({ epoch: 3 });
  });
});

describe('a plateau', () => {
  it('lowers the rate for the epochs after it', async () => {
    parts.validations = [1, 1, 1, 0.5].map((loss) => ({ loss, accuracy: 0.5 }));
    const schedule: Schedule = { kind: 'plateau', factor: 0.1, patience: 1 };
    await train({ ...length, epochs: 5, schedule }, parts, beginning, never);
    expect(parts.rateShares).toEqual([1, 1, 1, 0.1, 0.1].flatMap((share) => [share, share, share]));
  });

  it('goes by the training loss where nothing validates', async () => {
    parts.lossAt = () => 1;
    const schedule: Schedule = { kind: 'plateau', factor: 0.5, patience: 0, floor: 0.3 };
    await train({ ...length, epochs: 4, schedule }, parts, beginning, never);
    expect(parts.rateShares).toEqual([1, 1, 0.5, 0.3].flatMap((share) => [share, share, share]));
  });
});

describe('a loss that is no number', () => {
  it.each([Number.NaN, Infinity])('%s stops the run at its step; the last epoch stays saved', async (bad) => {
    parts.lossAt = (step) => (step === 5 ? bad : 1);
    await expect(train(length, parts, beginning, never)).rejects.toEqual(
      new TesseraError('lossNotFinite', { value: String(bad), step: 5 }),
    );
    expect(parts.batches).toHaveLength(5);
    expect(parts.saved.map(({ state }) => state.epoch)).toEqual([1]);
    expect(parts.epochs.map(({ epoch }) => epoch)).toEqual([1]);
  });

  it('of the validation stops it before that epoch is saved or told', async () => {
    parts.validations = [{ loss: Number.NaN, accuracy: 0.5 }];
    await expect(train(length, parts, beginning, never)).rejects.toMatchObject({ code: 'lossNotFinite' });
    expect(parts.saved).toEqual([]);
    expect(parts.epochs).toEqual([]);
  });
});

describe('an aborted run', () => {
  it('ends before its next step with the reason', async () => {
    const abort = new AbortController();
    const reason = new TesseraError('cancelled');
    parts.lossAt = (step) => {
      if (step === 4) abort.abort(reason);
      return 1;
    };
    await expect(train(length, parts, beginning, abort.signal)).rejects.toBe(reason);
    expect(parts.batches).toHaveLength(4);
    expect(parts.saved.map(({ state }) => state.epoch)).toEqual([1]);
  });

  it('makes no step when it was aborted before', async () => {
    await expect(train(length, parts, beginning, AbortSignal.abort('gone'))).rejects.toBe('gone');
    expect(parts.batches).toEqual([]);
  });
});
