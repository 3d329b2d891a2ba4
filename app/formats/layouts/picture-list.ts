import { CsvError, parse } from 'csv-parse/sync';
import { TesseraError, type Split } from '../../contract/index.ts';
import { classNameOf } from './class-names.ts';
import { extensionOf } from './file-kinds.ts';
import { splitOf } from './split-names.ts';

/** One row of a list of pictures. */
export interface ListedPicture {
  /** As it stands in the list, which decides what it is relative to. */
  fileName: string;
  /** `undefined` where the list has no such column, null where the cell is empty. */
  className: string | null | undefined;
  split: Split | null | undefined;
}

/** Columns by name, lower case; the first that a list has counts. */
const columns = {
  fileName: ['file_name', 'filename', 'file', 'path', 'file_path', 'filepath', 'image', 'image_path'],
  className: ['label', 'class', 'class_name', 'category'],
  split: ['split', 'set', 'subset'],
} as const;
type Column = keyof typeof columns;

const delimiters = [',', ';', '\t'];

/**
 * Reads a list of pictures: CSV with a header, in UTF-8 or UTF-16, cells parted by commas, semicolons or tabs; or JSON
 * Lines. A split that is not known counts as none. Throws `fileMalformed`; `path` is what it calls the file.
 */
export function readPictureList(bytes: Uint8Array, path: string): ListedPicture[] {
  const text = decodeText(bytes);
  return extensionOf(path) === 'jsonl' ? readJsonLines(text, path) : readCsv(text, path);
}

/** Spreadsheets write UTF-16, or UTF-8 with a mark; what is neither is in the code page of Western Windows. */
function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function readCsv(text: string, path: string): ListedPicture[] {
  const parsed = parseWithHeader(text, path);
  return parsed.rows.map((row) => {
    const cell = (column: Column): string | undefined => {
      const place = parsed.places[column];
      return place === undefined ? undefined : (row[place] ?? '');
    };
    return listed(cell('fileName') ?? '', cell('className'), cell('split'));
  });
}

type Places = Partial<Record<Column, number>>;

/** The delimiter is the one that makes the header speak of files. */
function parseWithHeader(text: string, path: string): { places: Places; rows: string[][] } {
  const firstLine = /^.*/.exec(text)?.[0] ?? '';
  const delimiter = delimiters.find(
    (each) => placesIn(firstLine.split(each).map(unquoted)).fileName !== undefined,
  );
  const [header, ...rows] = delimiter === undefined ? [] : parseRows(text, delimiter, path);
  const places = placesIn(header ?? []);
  if (places.fileName === undefined)
    refuse(path, 'CSV', 'its first row has no column file_name, path or image');
  return { places, rows };
}

const unquoted = (cell: string): string => cell.trim().replace(/^"(.*)"$/, '$1');

function placesIn(header: readonly string[]): Places {
  const names = header.map((cell) => cell.trim().toLowerCase());
  const places: Places = {};
  for (const column of Object.keys(columns) as Column[]) {
    const place = columns[column].map((name) => names.indexOf(name)).find((found) => found !== -1);
    if (place !== undefined) places[column] = place;
  }
  return places;
}

function parseRows(text: string, delimiter: string, path: string): string[][] {
  try {
    return parse(text, { delimiter, relaxColumnCount: true, skipEmptyLines: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? ` near line ${error['lines']}` : '';
    return refuse(path, 'CSV', `its quotes do not pair up${line}`, error);
  }
}

function readJsonLines(text: string, path: string): ListedPicture[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return [];
    const fields = parseObject(line) ?? refuse(path, 'JSON Lines', `line ${index + 1} is not a JSON object`);
    const cell = (column: Column): string | undefined => {
      const key = columns[column].find((name) => Object.hasOwn(fields, name));
      return key === undefined ? undefined : cellText(fields[key]);
    };
    return [listed(cell('fileName') ?? '', cell('className'), cell('split'))];
  });
}

function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Labels are often numbers; lists and objects are none. */
function cellText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}

function listed(fileName: string, label: string | undefined, split: string | undefined): ListedPicture {
  return {
    fileName: fileName.trim(),
    className: label === undefined ? undefined : classNameOf(label),
    split: split === undefined ? undefined : splitOf(split),
  };
}

function refuse(path: string, format: string, reason: string, cause?: unknown): never {
  throw new TesseraError('fileMalformed', { path, format, reason }, { cause });
}
