import { hasMarks, type PictureMarks } from '../../core/dataset/portable.ts';

/** What a manifest says of a picture besides its label and split, as cells: lists are JSON, what is empty is empty. */

export const markColumns = ['note', 'tags', 'excluded', 'other_names'] as const;

/** As long as what a person can write in the app. */
const greatestNote = 10_000;
const greatestTag = 60;

export const markCells = (marks: PictureMarks | undefined): string[] =>
  marks === undefined
    ? markColumns.map(() => '')
    : [
        marks.note,
        listCell(marks.tags),
        marks.excluded ? 'yes' : '',
        listCell(marks.otherNames.map(({ name, className }) => [name, className])),
      ];

const listCell = (list: readonly unknown[]): string => (list.length === 0 ? '' : JSON.stringify(list));

/** Undefined where nothing is noted. `refuse` throws, with the reason. */
export function readMarks(
  [note = '', tags = '', excluded = '', otherNames = '']: readonly string[],
  refuse: (reason: string) => never,
): PictureMarks | undefined {
  if (note.length > greatestNote)
    refuse(`a note is longer than ${greatestNote.toLocaleString('en-US')} characters`);
  const marks = {
    note,
    tags: readTags(tags) ?? refuse(`${shown(tags)} is not a list of tags`),
    excluded: /^(yes|true|1)$/i.test(excluded.trim()),
    otherNames: readNames(otherNames) ?? refuse(`${shown(otherNames)} is not a list of names`),
  };
  return hasMarks(marks) ? marks : undefined;
}

const shown = (cell: string): string => JSON.stringify(cell.slice(0, 60));

function readTags(cell: string): string[] | null {
  const isTag = (each: unknown): each is string =>
    typeof each === 'string' && each.trim() === each && each !== '' && each.length <= greatestTag;
  const list = readList(cell);
  return list?.every(isTag) === true ? [...new Set(list)].toSorted() : null;
}

function readNames(cell: string): PictureMarks['otherNames'] | null {
  const names = readList(cell)?.map((pair) => {
    const [name, className] = Array.isArray(pair) ? (pair as unknown[]) : [];
    const isName = typeof name === 'string' && (className === null || typeof className === 'string');
    return isName ? { name, className } : null;
  });
  return names?.every((each) => each !== null) === true ? names : null;
}

function readList(cell: string): unknown[] | null {
  if (cell === '') return [];
  try {
    const value: unknown = JSON.parse(cell);
    return Array.isArray(value) ? (value as unknown[]) : null;
  } catch {
    return null;
  }
}
