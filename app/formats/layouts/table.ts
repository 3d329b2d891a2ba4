import { CsvError, parse } from 'csv-parse/sync';
import { TesseraError } from '../../contract/index.ts';
import { extensionOf } from './file-kinds.ts';

/** A table as its columns are called, and each row's cells by these names; a cell that is not there is undefined. */
export interface Table {
  format: 'CSV' | 'JSON Lines';
  names: string[];
  rows: { cell(name: string): string | undefined }[];
}

const delimiters = [',', ';', '\t'];
/** All of them in every file: tables that were put together from several have them mixed. */
export const lineEnds = ['\r\n', '\n', '\r'];
/** More columns than anybody chooses from are not listed. */
const greatestColumns = 200;

/**
 * Reads CSV with a header, in UTF-8 or UTF-16, cells parted by commas, semicolons or tabs; or JSON Lines. The delimiter is
 * the one by which `isHeader` takes the first line for a header, else the one that gives the most columns. Throws
 * `fileMalformed`; `path` is what it calls the file.
 */
export function readTable(bytes: Uint8Array, path: string, isHeader: (names: string[]) => boolean): Table {
  const text = decodeText(bytes);
  return extensionOf(path) === 'jsonl' ? readJsonLines(text, path) : readCsv(text, path, isHeader);
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

function readCsv(text: string, path: string, isHeader: (names: string[]) => boolean): Table {
  const firstLine = /^.*/.exec(text)?.[0] ?? '';
  const namesBy = (delimiter: string): string[] => firstLine.split(delimiter).map(unquoted);
  const delimiter =
    delimiters.find((each) => isHeader(namesBy(each))) ??
    delimiters.toSorted((a, b) => namesBy(b).length - namesBy(a).length)[0] ??
    ',';
  const [header = [], ...rows] = parseRows(text, delimiter, path);
  const names = header.map((cell) => cell.trim());
  const places = new Map(names.map((name, place) => [name, place] as const).toReversed());
  return {
    format: 'CSV',
    names: [...new Set(names)].filter((name) => name !== '').slice(0, greatestColumns),
    rows: rows.map((cells) => ({
      cell(name) {
        const place = places.get(name);
        return place === undefined ? undefined : (cells[place] ?? '');
      },
    })),
  };
}

const unquoted = (cell: string): string => cell.trim().replace(/^"(.*)"$/, '$1');

function parseRows(text: string, delimiter: string, path: string): string[][] {
  try {
    return parse(text, {
      delimiter,
      recordDelimiter: lineEnds,
      relaxColumnCount: true,
      skipEmptyLines: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? ` near line ${error['lines']}` : '';
    return refuse(path, 'CSV', `its quotes do not pair up${line}`, error);
  }
}

function readJsonLines(text: string, path: string): Table {
  const names = new Set<string>();
  const rows = text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return [];
    const fields = parseObject(line) ?? refuse(path, 'JSON Lines', `line ${index + 1} is not a JSON object`);
    for (const name of Object.keys(fields)) if (names.size < greatestColumns) names.add(name);
    const cell = (name: string): string | undefined =>
      Object.hasOwn(fields, name) ? cellText(fields[name]) : undefined;
    return [{ cell }];
  });
  return { format: 'JSON Lines', names: [...names], rows };
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

export function refuse(path: string, format: string, reason: string, cause?: unknown): never {
  throw new TesseraError('fileMalformed', { path, format, reason }, { cause });
}
