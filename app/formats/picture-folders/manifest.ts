import { parse } from 'csv-parse/sync';
import { TesseraError, type Split } from '../../contract/index.ts';
import type { PortableClass, PortablePicture } from '../../core/dataset/portable.ts';
import { splitOf } from '../layouts/split-names.ts';
import { lineEnds } from '../layouts/table.ts';
import { markCells, markColumns, readMarks } from './mark-cells.ts';

export const manifestName = 'manifest.csv';
export const classesName = 'classes.csv';

const header = ['file_name', 'label', 'split', 'name', ...markColumns];
const classHeader = ['name', 'color', 'key', 'description', 'is_none'];
/** How a manifest of ours begins; other programs' tables have other columns. */
const firstLine = `${header.join(',')}\r\n`;

/** As long as a description that a person writes may be. */
const greatestDescription = 2000;

/** One row of a manifest: where the file lies, and what is known of it. */
export interface ManifestRow extends Omit<PortablePicture, 'hash'> {
  fileName: string;
}

/** RFC 4180, in the order of the pictures; `paths` are those of their files. */
export function manifestText(pictures: readonly PortablePicture[], paths: readonly string[]): string {
  const rows = pictures.map(({ name, className, split, marks }, place) =>
    row([paths[place] ?? '', className ?? '', split ?? '', name, ...markCells(marks)]),
  );
  return firstLine + rows.join('');
}

/** One class a line, in their order. */
export const classesText = (classes: readonly PortableClass[]): string =>
  [
    row(classHeader),
    ...classes.map(({ name, color, key = '', description = '', isNone = false }) =>
      row([name, color === undefined ? '' : String(color), key, description, isNone ? 'yes' : '']),
    ),
  ].join('');

/**
 * Whether a table begins as a manifest of ours; those of earlier versions end with the name. Some spreadsheets change the
 * ends of lines.
 */
export const isManifest = (head: Uint8Array): boolean =>
  /^(\ufeff)?file_name,label,split,name(,note,tags,excluded,other_names)?\r?\n/.test(
    new TextDecoder().decode(head),
  );

/** Bytes that `isManifest` has to see. */
export const manifestHead = 128;

/** Throws `fileMalformed`; `path` is what it calls the file. */
export const readManifest = (bytes: Uint8Array, path: string): ManifestRow[] =>
  rowsOf(bytes, path).map(([fileName = '', label = '', split = '', name = '', ...cells]) => {
    const marks = readMarks(cells, (reason) => refuse(path, reason));
    return {
      fileName,
      className: label === '' ? null : label,
      split: knownSplit(split, path),
      name,
      ...(marks && { marks }),
    };
  });

/** The classes in their order. Throws `fileMalformed`. */
export const readClasses = (bytes: Uint8Array, path: string): PortableClass[] =>
  rowsOf(bytes, path)
    .map(([name = '', color = '', key = '', description = '', isNone = '']) => ({
      name,
      ...(/^([0-9]|1[01])$/.test(color) && { color: Number(color) }),
      ...(/^[0-9a-z]$/.test(key) && { key }),
      ...(description !== '' && { description: description.slice(0, greatestDescription) }),
      ...(isNone === 'yes' && { isNone: true }),
    }))
    .filter(({ name }) => name !== '');

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
    refuse(path, error instanceof TypeError ? 'it is not UTF-8' : 'its quotes do not pair up', error);
  }
}

function knownSplit(cell: string, path: string): Split | null {
  if (cell.trim() === '') return null;
  const split = splitOf(cell);
  if (split !== null) return split;
  return refuse(path, `${JSON.stringify(cell)} is not a split; write train, val, test or nothing`);
}

function refuse(path: string, reason: string, cause?: unknown): never {
  throw new TesseraError('fileMalformed', { path, format: 'CSV', reason }, { cause });
}

const row = (cells: readonly string[]): string =>
  `${cells.map((cell) => quoted(marked(cell))).join(',')}\r\n`;

/** What a spreadsheet would take for a formula gets an apostrophe in front, which is taken away again when it is read. */
const marked = (cell: string): string => (/^'*[=+\-@\t\r]./s.test(cell) ? `'${cell}` : cell);
const unmarked = (cell: string): string => (/^'+[=+\-@\t\r]./s.test(cell) ? cell.slice(1) : cell);

const quoted = (cell: string): string =>
  /^\s|\s$|[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
