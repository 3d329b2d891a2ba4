import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../../app/contract/index.ts';
import { crossEntropy, softmax } from '../../../app/core/evaluation/softmax.ts';
import { fitTemperature, softened, type LabeledLogits } from '../../../app/core/evaluation/temperature.ts';

/** `right` of `count` pictures of two classes are, each with the same logits. */
const sure = (logit: number, right: number, count: number): LabeledLogits[] =>
  Array.from({ length: count }, (_, index) => ({ logits: [logit, 0], truth: index < right ? 0 : 1 }));

const shareOf = (logit: number, temperature: number): number => softmax([logit / temperature, 0])[0] ?? 0;

describe('the temperature', () => {
  it('brings the share that is said to that which is right, less what so few pictures leave open', () => {
    // 98 of 100 at 99.995 %: the targets are 101/102 and 1/102.
    const share = (98 * 101 + 2 * 1) / (100 * 102);
    expect(shareOf(10, fitTemperature(sure(10, 98, 100)))).toBeCloseTo(share, 3);
    // A network that is less sure than it may be is made surer.
    expect(shareOf(0.5, fitTemperature(sure(0.5, 98, 100)))).toBeCloseTo(share, 3);
  });

  it('takes nothing for certain, however few mistakes there are', () => {
    expect(shareOf(30, fitTemperature(sure(30, 60, 60)))).toBeCloseTo(61 / 62, 3);
    expect(shareOf(30, fitTemperature(sure(30, 6000, 6000)))).toBeCloseTo(6001 / 6002, 4);
  });

  it('is 1 without pictures, and as great as may be for one that does not know', () => {
    expect(fitTemperature([])).toBe(1);
    expect(fitTemperature(sure(10, 50, 100))).toBeCloseTo(20, 1);
    expect(fitTemperature(sure(10, 0, 100))).toBeCloseTo(20, 1);
  });

  const logit = fc.double({ min: -20, max: 20, noNaN: true });
  const answers = fc.integer({ min: 2, max: 6 }).chain((classes) =>
    fc.array(
      fc.record({
        logits: fc.array(logit, { minLength: classes, maxLength: classes }),
        truth: fc.integer({ min: 0, max: classes - 1 }),
      }),
      { minLength: 1, maxLength: 30 },
    ),
  );

  /** By the targets that it is fitted to. */
  function loss(given: readonly LabeledLogits[], temperature: number): number {
    const classes = given[0]?.logits.length ?? 0;
    const certain = (given.length + 1) / (given.length + classes);
    const of = ({ logits, truth }: LabeledLogits): number => {
      const divided = Array.from(logits, (value) => value / temperature);
      return divided.reduce((sum, _, index) => {
        const share = index === truth ? certain : (1 - certain) / (classes - 1);
        return sum + share * crossEntropy(divided, index);
      }, 0);
    };
    return given.reduce((sum, answer) => sum + of(answer), 0);
  }

  it('has the least cross-entropy', () => {
    fc.assert(
      fc.property(answers, (given) => {
        const found = fitTemperature(given);
        expect(found).toBeGreaterThanOrEqual(0.05 * 0.999);
        expect(found).toBeLessThanOrEqual(20 * 1.001);
        for (const other of [found / 1.05, found * 1.05, 1, 0.05, 20]) {
          const isWithin = other >= 0.05 && other <= 20;
          if (isWithin)
            expect(loss(given, found)).toBeLessThanOrEqual(loss(given, other) * (1 + 1e-4) + 1e-6);
        }
      }),
    );
  });

  it('goes along with the logits', () => {
    const given = [...sure(3, 7, 10), ...sure(-2, 1, 10), ...sure(8, 9, 10)];
    const twice = given.map(({ logits, truth }) => ({
      logits: Array.from(logits, (value) => 2 * value),
      truth,
    }));
    expect(fitTemperature(twice) / fitTemperature(given)).toBeCloseTo(2, 2);
  });
});

describe('a softened network', () => {
  const graph: Graph = {
    name: 'two layers',
    input: { channels: 1, height: 1, width: 2 },
    layers: [
      { id: 'flat', input: 'input', op: 'flatten' },
      { id: 'hidden', input: 'flat', op: 'dense', units: 2, bias: true },
      { id: 'out', input: 'hidden', op: 'dense', units: 2, bias: true },
    ],
  };
  const tensor = (...data: number[]) => ({ data: Float32Array.from(data), shape: [data.length] });

  it('has another classifier, and nothing else', () => {
    const before = {
      'hidden.weight': tensor(1, 2, 3, 4),
      'hidden.bias': tensor(5, 6),
      'out.weight': tensor(1, 2, 3, 4),
      'out.bias': tensor(-1, 0),
    };
    expect(softened(graph, before, 2)).toEqual({
      ...before,
      'out.weight': tensor(0.5, 1, 1.5, 2),
      'out.bias': tensor(-0.5, 0),
    });
    expect(before['out.bias']).toEqual(tensor(-1, 0));
  });

  it('is refused where the network has no classifier', () => {
    const other: Graph = { ...graph, layers: [...graph.layers, { id: 'end', input: 'out', op: 'sigmoid' }] };
    expect(() => softened(other, {}, 2)).toThrow(/at layer end/);
  });
});
