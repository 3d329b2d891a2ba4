import type { ColumnChoice, ColumnWishes, ListColumns, Split } from '../../contract/index.ts';
import { classNameOf } from './class-names.ts';
import { isPictureName } from './file-kinds.ts';
import { splitOf } from './split-names.ts';
import { readTable, refuse, type Table } from './table.ts';

/** One row of a list of pictures. */
export interface ListedPicture {
  /** As it stands in the list, which decides what it is relative to. */
  fileName: string;
  /** `undefined` where the list has no such column, null where the cell is empty. */
  className: string | null | undefined;
  split: Split | null | undefined;
}

export interface PictureList {
  columns: ListColumns;
  rows: ListedPicture[];
}

/** Columns by name, lower case; the first that a list has counts. */
const known = {
  file: ['file_name', 'filename', 'file', 'path', 'file_path', 'filepath', 'image', 'image_path'],
  label: ['label', 'class', 'class_name', 'category', 'labels', 'target'],
  split: ['split', 'set', 'subset'],
} as const;
type Column = keyof typeof known;

/** Rows that are looked at to find the column that names pictures. */
const guessedRows = 50;

/**
 * Reads a list of pictures, in one of the forms of `readTable`. Which column is what says `wishes`, or it is understood: by the
 * columns' names, and where none is called like a file by the cells, most of which must be names of pictures. A split that
 * is not known counts as none. Throws `fileMalformed`; `path` is what it calls the file.
 */
export function readPictureList(bytes: Uint8Array, path: string, wishes: ColumnWishes = {}): PictureList {
  const table = readTable(bytes, path, (names) => named(names, 'file') !== null);
  const chosen = understood(table, wishes);
  const wished = [wishes.file, wishes.label, wishes.split];
  const missing = wished.find((name) => typeof name === 'string' && !table.names.includes(name));
  if (chosen === null || typeof missing === 'string') {
    const what = missing ?? 'file_name, path or image';
    return refuse(
      path,
      table.format,
      `${table.format === 'CSV' ? 'its first row has' : 'it has'} no column ${what}`,
    );
  }
  const { file, label, split } = chosen;
  const rows = table.rows.map(({ cell }): ListedPicture => {
    const className = label === null ? undefined : cell(label);
    const set = split === null ? undefined : cell(split);
    return {
      fileName: (cell(file) ?? '').trim(),
      className: className === undefined ? undefined : classNameOf(className),
      split: set === undefined ? undefined : splitOf(set),
    };
  });
  return { columns: { names: table.names, chosen }, rows };
}

function understood({ names, rows }: Table, wishes: ColumnWishes): ColumnChoice | null {
  const some = rows.slice(0, guessedRows);
  const file =
    wishes.file ??
    named(names, 'file') ??
    names.find((name) => {
      const pictures = some.filter(({ cell }) => isPictureName((cell(name) ?? '').trim()));
      return pictures.length > some.length / 2;
    }) ??
    null;
  if (file === null) return null;
  const { label = named(names, 'label'), split = named(names, 'split') } = wishes;
  return { file, label, split };
}

function named(names: readonly string[], column: Column): string | null {
  for (const wanted of known[column]) {
    const found = names.find((name) => name.trim().toLowerCase() === wanted);
    if (found !== undefined) return found;
  }
  return null;
}
