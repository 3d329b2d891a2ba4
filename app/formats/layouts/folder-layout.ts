import { reportError, type ColumnWishes, type ListColumns } from '../../contract/index.ts';
import type { SkippedFile } from '../../core/tasks.ts';
import { pictureFormat } from '../images/picture-format.ts';
import { classNameProblem } from './class-names.ts';
import { extensionOf, isFolderList, isListName, isPictureName, isSideFile } from './file-kinds.ts';
import { foundFile, type FoundPictures } from './found-pictures.ts';
import { readPictureList, type ListedPicture } from './picture-list.ts';
import { placeInFolders, type Place } from './place-in-folders.ts';
import { headOf, type SourceFile } from './source-file.ts';

const headLength = 64;

/** The files that are pictures by their name, or, where it has no extension, by their first bytes; and all others. */
export async function picturesAmong(
  files: readonly SourceFile[],
): Promise<{ pictures: SourceFile[]; others: SourceFile[] }> {
  const pictures: SourceFile[] = [];
  const others: SourceFile[] = [];
  for (const file of files) {
    const isOne =
      isPictureName(file.name) || (extensionOf(file.name) === '' && (await beginsAsPicture(file)));
    (isOne ? pictures : others).push(file);
  }
  return { pictures, others };
}

async function beginsAsPicture(file: SourceFile): Promise<boolean> {
  try {
    pictureFormat(await headOf(file.stream(), headLength), file.path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Pictures in folders, labeled by them, and by the lists that lie among them.
 *
 * @param place says what the folders say
 * @param choice which columns of the lists are what
 */
export async function findInFolders(
  pictures: readonly SourceFile[],
  others: readonly SourceFile[],
  place: (names: readonly string[]) => Place[] = placeInFolders,
  choice?: ColumnWishes,
): Promise<FoundPictures> {
  const lists = await readLists(others, pictures, choice);
  const places = place(pictures.map(({ name }) => name));
  const skipped = [
    ...lists.skipped,
    ...others
      .filter(isUnexpected)
      .map(({ path }) => ({ path, reason: isListName(path) ? notKnown : notOne })),
  ];
  const found = pictures.flatMap((file, index) => {
    const folders = places[index] ?? { className: null, split: null };
    const row = lists.rows.get(file.name);
    const className = row?.className === undefined ? folders.className : row.className;
    const reason = classNameProblem(className ?? '');
    if (reason === null) return [foundFile(file, className, row?.split ?? folders.split)];
    skipped.push({ path: file.path, reason });
    return [];
  });
  const { columns } = lists;
  return {
    ...{ layout: 'folders', total: found.length, skipped, pictures: () => found },
    ...(columns !== null && { columns }),
  };
}

const notOne = 'its name is not that of a JPEG, PNG, WebP, GIF, TIFF, BMP or AVIF picture';

const notKnown = 'it may be a list of pictures; choose it itself to import what it lists';

const isUnexpected = ({ name }: SourceFile): boolean => !isSideFile(name) && !isFolderList(name);

/** What the lists say, by the name of the picture; a list that cannot be read is passed over with the reason. */
async function readLists(
  others: readonly SourceFile[],
  pictures: readonly SourceFile[],
  choice?: ColumnWishes,
): Promise<{ rows: Map<string, ListedPicture>; columns: ListColumns | null; skipped: SkippedFile[] }> {
  let columns: ListColumns | null = null;
  const rows = new Map<string, ListedPicture>();
  const skipped: SkippedFile[] = [];
  const lists = others.filter(({ name }) => isFolderList(name));
  const known = new Map(lists.length === 0 ? [] : pictures.map(({ name }) => [name.normalize('NFC'), name]));
  for (const list of lists) {
    const folder = list.name.slice(0, list.name.lastIndexOf('/') + 1);
    try {
      const read = readPictureList(await list.read(), list.path, choice);
      columns ??= read.columns;
      for (const row of read.rows) {
        const name = known.get(`${folder}${row.fileName.replace(/^\.\//, '')}`.normalize('NFC'));
        if (name === undefined)
          skipped.push({ path: list.path, reason: `it lists ${row.fileName}, which is not there` });
        else if (!rows.has(name)) rows.set(name, row);
      }
    } catch (error) {
      skipped.push({ path: list.path, reason: reportError(error).message });
    }
  }
  return { rows, columns, skipped };
}
