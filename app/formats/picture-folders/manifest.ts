import { parse } from 'csv-parse/sync';
import { TesseraError, type Split } from '../../contract/index.ts';
import type { PortablePicture } from '../../core/dataset/portable.ts';
import { splitOf } from '../layouts/split-names.ts';
import { lineEnds } from '../layouts/table.ts';

export const manifestName = 'manifest.csv';
export const classesName = 'classes.csv';

const header = ['file_name', 'label', 'split', 'name'];
/** How a manifest of ours begins; other programs' tables have other columns. */
const firstLine = `${header.join(',')}\r\n`;

/** One row of a manifest: where the file lies, and what is known of it. */
export interface ManifestRow extends Omit<PortablePicture, 'hash'> {
  fileName: string;
}

/** RFC 4180, in the order of the pictures; `paths` are those of their files. */
export function manifestText(pictures: readonly PortablePicture[], paths: readonly string[]): string {
  const rows = pictures.map(({ name, className, split }, place) =>
    row([paths[place] ?? '', className ?? '', split ?? '', name]),
  );
  return firstLine + rows.join('');
}

/** One class a line, below the heading `name`. */
export const classesText = (classes: readonly string[]): string =>
  ['name\r\n', ...classes.map((name) => row([name]))].join('');

/** Whether a table begins as a manifest of ours. Some spreadsheets change the ends of lines. */
export const isManifest = (head: Uint8Array): boolean =>
  /^(\ufeff)?file_name,label,split,name\r?\n/.test(new TextDecoder().decode(head));

/** Bytes that `isManifest` has to see. */
export const manifestHead = 64;

/** Throws `fileMalformed`; `path` is what it calls the file. */
export const readManifest = (bytes: Uint8Array, path: string): ManifestRow[] =>
  rowsOf(bytes, path).map(([fileName = '', label = '', split = '', name = '']) => ({
    fileName,
    className: label === '' ? null : label,
    split: knownSplit(split, path),
    name,
  }));

/** The classes in their order. Throws `fileMalformed`. */
export const readClasses = (bytes: Uint8Array, path: string): string[] =>
  rowsOf(bytes, path).flatMap(([name = '']) => (name === '' ? [] : [name]));

function rowsOf(bytes: Uint8Array, path: string): string[][] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const rows: string[][] = parse(text, {
      recordDelimiter: lineEnds,
      relaxColumnCount: true,
      skipEmptyLines: true,
    });
    return rows.slice(1).map((cells) => cells.map(unmarked));
  } catch (error) {
    const reason = error instanceof TypeError ? 'it is not UTF-8' : 'its quotes do not pair up';
    throw new TesseraError('fileMalformed', { path, format: 'CSV', reason }, { cause: error });
  }
}

function knownSplit(cell: string, path: string): Split | null {
  if (cell.trim() === '') return null;
  const split = splitOf(cell);
  if (split !== null) return split;
  const reason = `${JSON.stringify(cell)} is not a split; write train, val, test or nothing`;
  throw new TesseraError('fileMalformed', { path, format: 'CSV', reason });
}

const row = (cells: readonly string[]): string =>
  `${cells.map((cell) => quoted(marked(cell))).join(',')}\r\n`;

/** What a spreadsheet would take for a formula gets an apostrophe in front, which is taken away again when it is read. */
const marked = (cell: string): string => (/^'*[=+\-@\t\r]./s.test(cell) ? `'${cell}` : cell);
const unmarked = (cell: string): string => (/^'+[=+\-@\t\r]./s.test(cell) ? cell.slice(1) : cell);

const quoted = (cell: string): string =>
  /^\s|\s$|[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
