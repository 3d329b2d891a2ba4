import { alignLines, type Line } from './series.ts';
import type { Stretch } from './zoom-range.ts';

const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Rows of cells as CSV (RFC 4180). */
export const csv = (rows: readonly (readonly string[])[]): string =>
  rows.map((cells) => cells.map(field).join(',') + '\r\n').join('');

/**
 * The values behind a chart: a row for every x in the stretch, a column for every line, as they were measured and not
 * smoothed; empty where a line was not measured. Beside a line of means are the least and the greatest of their values.
 */
export function linesCsv(xLabel: string, lines: readonly Line[], range: Stretch | null): string {
  const all = lines.flatMap(({ label, x, y, low, high }) => [
    { label, x, y },
    ...(low && high
      ? [
          { label: `${label} min`, x, y: low },
          { label: `${label} max`, x, y: high },
        ]
      : []),
  ]);
  const [x, ...columns] = alignLines(all);
  const rows = x.flatMap((place, index) =>
    range && (place < range[0] || place > range[1])
      ? []
      : [[String(place), ...columns.map((column) => String(column[index] ?? ''))]],
  );
  return csv([[xLabel, ...all.map(({ label }) => label)], ...rows]);
}
