import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  defaultTrainSettings,
  trialValues,
  type SweepMethod,
  type SweepSpace,
  type SweepSpec,
  type TrialScore,
} from '../../../app/contract/index.ts';
import { chooseGraph } from '../../../app/core/model/choose.ts';
import { checkGraph } from '../../../app/core/model/describe.ts';
import { checkSpace } from '../../../app/core/sweep/check-space.ts';
import { chooseTrials } from '../../../app/core/sweep/choose-trials.ts';
import { begunWithin, epochsOf } from '../../../app/core/sweep/effort.ts';
import { nextMove, type TrialState } from '../../../app/core/sweep/next-move.ts';
import { betterScore, compareScores, ranked } from '../../../app/core/sweep/ranking.ts';
import { rungsOf } from '../../../app/core/sweep/rungs.ts';
import { trialSettings, withDropout } from '../../../app/core/sweep/trial-settings.ts';

const spec = (space: SweepSpace, more: Partial<SweepSpec> = {}): SweepSpec => ({
  settings: defaultTrainSettings,
  space,
  method: { kind: 'grid' },
  minutes: null,
  rankBy: 'valAccuracy',
  ...more,
});
const seed = fc.integer({ min: 0, max: 0xffff_ffff });
const halving = fc.record({
  kind: fc.constant('halving' as const),
  count: fc.integer({ min: 1, max: 60 }),
  seed,
  eta: fc.integer({ min: 2, max: 5 }),
  leastEpochs: fc.integer({ min: 1, max: 5 }),
});
const space: fc.Arbitrary<SweepSpace> = fc.record(
  {
    learningRate: fc.constantFrom({ from: 1e-4, to: 0.1, scale: 'log' as const }, [0.001, 0.01] as number[]),
    batchSize: fc.constantFrom({ from: 8, to: 64, scale: 'linear' as const }, [16, 32] as number[]),
    optimizer: fc.subarray(['adam', 'sgd', 'adamw'], { minLength: 1 }),
  },
  { requiredKeys: ['optimizer'] },
);

describe('the choice of trials', () => {
  test('a grid is every combination, the last axis first', () => {
    const found = chooseTrials(
      { optimizer: ['adam', 'sgd'], learningRate: { from: 1e-4, to: 1e-2, scale: 'log' } },
      { kind: 'grid' },
    );
    expect(found).toEqual(
      ['adam', 'sgd'].flatMap((optimizer) =>
        [0.0001, 0.001, 0.01].map((learningRate) => ({ optimizer, learningRate })),
      ),
    );
  });

  test('drawn ones are different, lie in the space, and more of them begin with the same', () => {
    fc.assert(
      fc.property(space, seed, fc.integer({ min: 1, max: 20 }), (of, number, count) => {
        const drawn = chooseTrials(of, { kind: 'random', count, seed: number });
        const more = chooseTrials(of, { kind: 'random', count: count + 7, seed: number });
        expect(more.slice(0, drawn.length)).toEqual(drawn);
        expect(new Set(drawn.map((values) => JSON.stringify(values))).size).toBe(drawn.length);
        expect(drawn.length).toBeGreaterThan(0);
        for (const values of drawn) {
          expect(trialValues.parse(values)).toEqual(values);
          expect(of.optimizer).toContain(values.optimizer);
          const rate = values.learningRate ?? 0.01;
          expect(rate >= 1e-4 && rate <= 0.1).toBe(true);
          expect(Number.isInteger(values.batchSize ?? 1)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a small space is used up', () => {
    const method: SweepMethod = { kind: 'random', count: 50, seed: 3 };
    expect(chooseTrials({ optimizer: ['adam', 'sgd'], batchSize: [16, 32] }, method)).toHaveLength(4);
    expect(chooseTrials({ batchSize: { from: 8, to: 10, scale: 'linear' } }, method)).toHaveLength(3);
  });

  test.each([
    [{}, 'tries nothing'],
    [{ optimizer: ['rmsprop'] }, 'cannot be tried'],
    [{ optimizer: { from: 1, to: 2, scale: 'linear' } }, 'no range'],
    [{ learningRate: { from: 0.1, to: 0.01, scale: 'log' } }, 'greater'],
    [{ weightDecay: { from: 0, to: 0.1, scale: 'log' } }, 'above 0'],
    [{ momentum: [0.5, 0.9] }, 'only sgd'],
  ] as [SweepSpace, string][])('%j is refused', (of, reason) => {
    expect(() => checkSpace(spec(of))).toThrow(reason);
  });
});

test('dropout goes into every layer of its kind, or in front of the last one', () => {
  const target = { channels: 3, imageSize: 64, classes: 4 };
  for (const name of ['small-cnn', 'alexnet', 'resnet-20']) {
    const graph = withDropout(chooseGraph({ kind: 'architecture', name }, target), 0.3);
    checkGraph(graph, target);
    const rates = graph.layers.flatMap((layer) => (layer.op === 'dropout' ? [layer.rate] : []));
    expect(new Set(rates)).toEqual(new Set([0.3]));
  }
  const settings = trialSettings(
    { ...defaultTrainSettings, schedule: { kind: 'cosine', warmup: 1 }, keepEvery: 5 },
    { schedule: 'constant', labelSmoothing: 0.1, augment: 'light', learningRate: 0.01 },
    { channels: 1, classes: 2 },
  );
  expect(settings).toMatchObject({
    schedule: { kind: 'constant', warmup: 1 },
    loss: { kind: 'softmaxCrossEntropy', labelSmoothing: 0.1 },
    augment: { flip: 0.5 },
    learningRate: 0.01,
    model: defaultTrainSettings.model,
  });
  expect(settings).not.toHaveProperty('keepEvery');
});

const score = fc.record({
  epoch: fc.integer({ min: 1, max: 9 }),
  valAccuracy: fc.constantFrom(0.2, 0.5, 0.9),
  valLoss: fc.constantFrom(0.1, 0.4, 2),
});

test('ranking is an order, and a best epoch never gets worse', () => {
  const by = fc.constantFrom('valAccuracy' as const, 'valLoss' as const);
  fc.assert(
    fc.property(fc.array(score, { minLength: 1 }), by, (scores, rank) => {
      const trials = scores.map((each, number) => ({ number, score: each }));
      const order = ranked(trials, rank);
      for (const [at, { score: next }] of order.slice(1).entries()) {
        expect(compareScores(order[at]?.score as TrialScore, next, rank)).toBeLessThanOrEqual(0);
      }
      const best = scores.reduce<TrialScore | null>((so, next) => betterScore(so, next, rank), null);
      expect(best).toEqual(order[0]?.score);
    }),
  );
});

test('rungs rise to the whole length and only lose trials', () => {
  fc.assert(
    fc.property(halving, fc.integer({ min: 5, max: 100 }), (method, epochs) => {
      const rungs = rungsOf(method, epochs, method.count);
      expect(rungs[0]?.trials).toBe(method.count);
      expect(rungs.at(-1)?.epochs).toBe(epochs);
      for (const [at, { epochs: more, trials }] of rungs.slice(1).entries()) {
        expect(more).toBeGreaterThan(rungs[at]?.epochs ?? 0);
        expect(trials).toBeLessThan(rungs[at]?.trials ?? 0);
      }
      expect(epochsOf(rungs)).toBeLessThanOrEqual(epochs * method.count);
    }),
  );
  const method = { kind: 'halving', count: 9, seed: 1, eta: 3, leastEpochs: 1 } as const;
  const nine = rungsOf(method, 9, 9);
  expect(nine).toEqual([
    { epochs: 1, trials: 9 },
    { epochs: 3, trials: 3 },
    { epochs: 9, trials: 1 },
  ]);
  expect(epochsOf(nine)).toBe(9 + 3 * 2 + 6);
  expect(begunWithin(2.5, nine, Array(9).fill({ secondsPerEpoch: 1 }))).toBe(3);
});

/** A sweep on paper: the score of a trial after an epoch is known beforehand. It may be cut off after every epoch. */
function play(
  method: Extract<SweepMethod, { kind: 'halving' }>,
  epochs: number,
  failing: number,
  cut: boolean,
) {
  const rungs = rungsOf(method, epochs, method.count);
  const trials: TrialState[] = Array.from({ length: method.count }, (_, at) => ({
    number: at + 1,
    epoch: 0,
    until: rungs[0]?.epochs ?? epochs,
    score: null,
    over: null,
  }));
  for (let moves = 0; ; moves++) {
    expect(moves).toBeLessThan(20_000);
    const move = nextMove(trials, rungs, 'valAccuracy');
    if (move.kind === 'over') return { trials, rungs };
    for (const trial of trials) {
      if (move.kind === 'promote' && move.numbers.includes(trial.number)) trial.until = move.until;
      if (move.kind !== 'train' || move.number !== trial.number) continue;
      if (trial.number === failing) trial.over = 'failed';
      while (trial.over === null && trial.epoch < trial.until) {
        trial.epoch++;
        const valAccuracy = ((trial.number * 7919 + trial.epoch * 104_729) % 1000) / 1000;
        const next = { epoch: trial.epoch, valAccuracy, valLoss: 1 };
        trial.score = betterScore(trial.score, next, 'valAccuracy');
        if (trial.epoch === epochs) trial.over = 'done';
        if (cut) break;
      }
    }
  }
}

test('halving ends with as many trials on each rung as it said, wherever it was cut off', () => {
  fc.assert(
    fc.property(halving, fc.integer({ min: 5, max: 30 }), (method, epochs) => {
      const { trials, rungs } = play(method, epochs, 0, false);
      expect(play(method, epochs, 0, true).trials).toEqual(trials);
      for (const rung of rungs) {
        expect(trials.filter(({ epoch }) => epoch >= rung.epochs)).toHaveLength(rung.trials);
      }
      // Nobody who was left behind is better than one who went on was then; by best epochs so far that is so at the end, too.
      const best = ranked(trials, 'valAccuracy')[0];
      expect(best?.epoch).toBe(epochs);
    }),
    { numRuns: 60 },
  );
});

test('a trial that fails is passed over', () => {
  const method = { kind: 'halving', count: 6, seed: 1, eta: 2, leastEpochs: 2 } as const;
  const { trials } = play(method, 8, 2, false);
  expect(trials[1]).toMatchObject({ over: 'failed', epoch: 0, until: 2 });
  expect(trials.filter(({ over }) => over === 'done')).toHaveLength(1);
});
