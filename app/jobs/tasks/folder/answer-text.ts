import type { AnswersFormat } from '../../../contract/index.ts';
import { csvPath, csvRow } from '../csv.ts';
import { verdictOf, type Answer } from './answer.ts';

/** How answers are written down: what stands before them, each of them, what stands between and after. */
export interface AnswerText {
  head: string;
  between: string;
  foot: string;
  row(answer: Answer): string;
}

/** `folders` writes a table too, which lies beside the classes. */
export function answerText(format: AnswersFormat, classes: readonly string[], threshold: number): AnswerText {
  switch (format) {
    case 'csv':
      return { ...csvText(classes, threshold, []), foot: '' };
    case 'folders':
      return { ...csvText(classes, threshold, ['copy']), foot: '' };
    case 'json':
      return { head: '[\n', between: ',\n', foot: '\n]\n', row: (of) => jsonRow(of, classes, threshold) };
    case 'jsonl':
      return { head: '', between: '', foot: '', row: (of) => `${jsonRow(of, classes, threshold)}\n` };
  }
}

/** `file,label,confidence`, a column with the score of each class, `problem`, and for sorted copies where each lies. */
function csvText(
  classes: readonly string[],
  threshold: number,
  more: readonly 'copy'[],
): Omit<AnswerText, 'foot'> {
  return {
    head: csvRow(['file', 'label', 'confidence', ...classes, 'problem', ...more]),
    between: '',
    row({ file, scores, problem = '', copy = '' }) {
      const cells = scores === undefined ? ['', '', ...classes.map(() => '')] : scoreCells(scores);
      return csvRow([csvPath(file), ...cells, problem, ...more.map(() => csvPath(copy))]);
    },
  };

  function scoreCells(scores: readonly number[]): string[] {
    const { label, confidence } = verdictOf(scores, classes, threshold);
    return [label ?? '', ...[confidence, ...scores].map((score) => score.toFixed(6))];
  }
}

/** Scores by class, or what is wrong with the file. */
function jsonRow({ file, scores, problem }: Answer, classes: readonly string[], threshold: number): string {
  if (scores === undefined) return JSON.stringify({ file, problem });
  const byClass = Object.fromEntries(classes.map((name, index) => [name, scores[index] ?? 0]));
  return JSON.stringify({ file, ...verdictOf(scores, classes, threshold), scores: byClass });
}
