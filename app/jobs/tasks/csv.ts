/**
 * One row of a CSV file (RFC 4180): cells with a comma, a quote or a line break are quoted. What a spreadsheet would take
 * for a formula gets an apostrophe in front, by which it becomes text: names may come from strangers.
 */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map((cell) => quoted(isFormula(cell) ? `'${cell}` : cell)).join(',')}\r\n`;
}

/** A relative path that no spreadsheet takes for a formula, and that still leads to the file. */
export const csvPath = (path: string): string => (isFormula(path) ? `./${path}` : path);

/** A sign alone, as a class may be called, is none. */
const isFormula = (cell: string): boolean => /^[=+\-@\t\r]./s.test(cell);

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
