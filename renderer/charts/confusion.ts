import { csv } from './csv.ts';

/** What a cell's colour and figure stand for. `row`: share of the true class; `column`: of the predicted one. */
export type ConfusionScale = 'counts' | 'row' | 'column' | 'all';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * A confusion matrix (rows true, columns predicted) in another measure. Shares of an empty row or column are 0.
 */
export function scaleConfusion(counts: readonly (readonly number[])[], scale: ConfusionScale): number[][] {
  if (scale === 'counts') return counts.map((row) => [...row]);
  const total = sum(counts.map(sum));
  const columns = counts.map((_, column) => sum(counts.map((row) => row[column] ?? 0)));
  return counts.map((row) => {
    const rowTotal = sum(row);
    return row.map((count, column) => {
      const whole = scale === 'row' ? rowTotal : scale === 'column' ? (columns[column] ?? 0) : total;
      return whole === 0 ? 0 : count / whole;
    });
  });
}

/** A cell's figure: the count, or a percentage with as many digits as a small cell holds. */
export function cellText(value: number, scale: ConfusionScale): string {
  if (value === 0) return '';
  if (scale === 'counts') return String(value);
  const percent = value * 100;
  return percent < 9.95 ? percent.toFixed(1) : percent.toFixed(0);
}

/** The matrix as CSV (RFC 4180): first column the true class, then one column per predicted class. */
export function confusionCsv(classes: readonly string[], values: readonly (readonly number[])[]): string {
  const header = ['true \\ predicted', ...classes];
  const rows = values.map((row, index) => [classes[index] ?? '', ...row.map(String)]);
  return csv([header, ...rows]);
}

/** The cell that an arrow, Home or End key leads to from `[row, column]` in a matrix of `size`; null for other keys. */
export function cellAfterKey(
  key: string,
  row: number,
  column: number,
  size: number,
): { row: number; column: number } | null {
  const clamp = (value: number): number => Math.min(size - 1, Math.max(0, value));
  switch (key) {
    case 'ArrowUp':
      return { row: clamp(row - 1), column };
    case 'ArrowDown':
      return { row: clamp(row + 1), column };
    case 'ArrowLeft':
      return { row, column: clamp(column - 1) };
    case 'ArrowRight':
      return { row, column: clamp(column + 1) };
    case 'Home':
      return { row, column: 0 };
    case 'End':
      return { row, column: size - 1 };
    default:
      return null;
  }
}
