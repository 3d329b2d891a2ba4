import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, rankByLoss, summarise } from '../../../app/core/evaluation/judge.ts';
import {
  accuracy,
  confusionMatrix,
  macroF1,
  perClassScores,
  type Judgement,
} from '../../../app/core/evaluation/metrics.ts';

/** `truth → predicted`, as two digits each. */
const judgements = (text: string): Judgement[] =>
  text.split(' ').map((pair) => ({ truth: Number(pair[0]), predicted: Number(pair[1]) }));

describe('ten pictures of three classes, counted by hand', () => {
  const confusion = confusionMatrix(judgements('00 00 00 01 11 11 12 20 22 22'), 3);
  const perClass = perClassScores(confusion, ['cat', 'dog', 'owl']);

  it('rows are true, columns predicted', () => {
    expect(confusion).toEqual([
      [3, 1, 0],
      [0, 2, 1],
      [1, 0, 2],
    ]);
  });

  it('seven of ten are right', () => {
    expect(accuracy(confusion)).toBe(0.7);
  });

  it('precision, recall and F1', () => {
    expect(perClass).toEqual([
      { name: 'cat', precision: 3 / 4, recall: 3 / 4, f1: 6 / 8, support: 4 },
      { name: 'dog', precision: 2 / 3, recall: 2 / 3, f1: 4 / 6, support: 3 },
      { name: 'owl', precision: 2 / 3, recall: 2 / 3, f1: 4 / 6, support: 3 },
    ]);
    expect(macroF1(confusion, perClass)).toBeCloseTo((3 / 4 + 2 / 3 + 2 / 3) / 3, 12);
  });
});

describe('where there is nothing to divide by', () => {
  it('a class that is never predicted has precision 0', () => {
    const confusion = confusionMatrix(judgements('00 00 10'), 2);
    const perClass = perClassScores(confusion, ['a', 'b']);
    expect(perClass[1]).toEqual({ name: 'b', precision: 0, recall: 0, f1: 0, support: 1 });
    expect(macroF1(confusion, perClass)).toBeCloseTo(0.4, 12);
  });

  it('a class that does not occur is left out of macro F1, one that is only predicted is not', () => {
    const absent = confusionMatrix(judgements('00 11'), 3);
    expect(macroF1(absent, perClassScores(absent, ['a', 'b', 'c']))).toBe(1);
    const imagined = confusionMatrix(judgements('00 12'), 3);
    expect(macroF1(imagined, perClassScores(imagined, ['a', 'b', 'c']))).toBeCloseTo(1 / 3, 12);
  });

  it('no pictures: zeros, not NaN', () => {
    expect(summarise([], ['a', 'b'])).toMatchObject({
      images: 0,
      accuracy: 0,
      macroF1: 0,
      loss: 0,
      confusion: [
        [0, 0],
        [0, 0],
      ],
    });
  });
});

it('every picture is in the matrix once, and everything told lies between 0 and 1', () => {
  const judgement = fc.record({ truth: fc.nat(4), predicted: fc.nat(4) });
  fc.assert(
    fc.property(fc.array(judgement), (all) => {
      const confusion = confusionMatrix(all, 5);
      expect(confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(all.length);
      const perClass = perClassScores(confusion, ['a', 'b', 'c', 'd', 'e']);
      expect(perClass.reduce((sum, { support }) => sum + support, 0)).toBe(all.length);
      const shares = perClass.flatMap(({ precision, recall, f1 }) => [precision, recall, f1]);
      for (const share of [...shares, accuracy(confusion), macroF1(confusion, perClass)]) {
        expect(share >= 0 && share <= 1).toBe(true);
      }
    }),
  );
});

describe('judging answers', () => {
  const answer = (imageId: number, truth: number, logits: number[]) =>
    judge({ imageId, name: `${imageId}.png`, truth, logits });

  it('takes the greatest logit, its probability, and the loss of the truth', () => {
    const judged = answer(7, 0, [0, Math.log(3)]);
    expect(judged).toMatchObject({ imageId: 7, name: '7.png', truth: 0, predicted: 1 });
    expect(judged.confidence).toBeCloseTo(0.75, 12);
    expect(judged.loss).toBeCloseTo(Math.log(4), 12);
  });

  it('puts the greatest loss first, and the smaller id first between equals', () => {
    const judged = [answer(3, 0, [1, 0]), answer(2, 1, [9, 0]), answer(1, 0, [1, 0])];
    expect(rankByLoss(judged).map(({ imageId }) => imageId)).toEqual([2, 1, 3]);
  });

  it('sums up to the mean loss', () => {
    const judged = [answer(1, 0, [0, 0]), answer(2, 1, [0, Math.log(3)])];
    expect(summarise(judged, ['a', 'b'])).toMatchObject({ images: 2, accuracy: 1, macroF1: 1 });
    expect(summarise(judged, ['a', 'b']).loss).toBeCloseTo((Math.LN2 + Math.log(4 / 3)) / 2, 12);
  });
});
