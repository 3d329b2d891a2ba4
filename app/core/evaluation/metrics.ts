import type { Evaluation } from '../../contract/index.ts';

/** A true class and the predicted one, as indices. */
export interface Judgement {
  truth: number;
  predicted: number;
}

/** Rows true, columns predicted. */
export function confusionMatrix(judgements: readonly Judgement[], classes: number): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const { truth, predicted } of judgements) {
    const row = matrix[truth] as number[];
    row[predicted] = (row[predicted] as number) + 1;
  }
  return matrix;
}

/** The share on the diagonal; 0 where there are no pictures. */
export function accuracy(confusion: readonly number[][]): number {
  const right = confusion.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
  return ratio(right, total(confusion.flat()));
}

/**
 * Precision TP/(TP+FP), recall TP/(TP+FN) and F1, their harmonic mean, of every class; 0 where the division
 * would be by 0, as in scikit-learn. `support` is how many pictures truly are of the class.
 */
export function perClassScores(
  confusion: readonly number[][],
  classes: readonly string[],
): Evaluation['perClass'] {
  return classes.map((name, index) => {
    const hits = confusion[index]?.[index] ?? 0;
    const support = total(confusion[index] ?? []);
    const predicted = total(confusion.map((row) => row[index] ?? 0));
    return {
      name,
      precision: ratio(hits, predicted),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, predicted + support),
      support,
    };
  });
}

/** The plain mean of the F1 of all classes that occur, as truth or as prediction. */
export function macroF1(confusion: readonly number[][], perClass: Evaluation['perClass']): number {
  const seen = perClass.filter(
    ({ support }, index) => support + total(confusion.map((row) => row[index] ?? 0)) > 0,
  );
  return ratio(total(seen.map(({ f1 }) => f1)), seen.length);
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
