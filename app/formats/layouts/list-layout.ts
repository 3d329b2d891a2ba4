import { basename, dirname, join, posix } from 'node:path';
import { TesseraError } from '../../contract/index.ts';
import type { SkippedFile } from '../../core/tasks.ts';
import type { FoundPicture } from '../found-picture.ts';
import { classNameProblem } from './class-names.ts';
import { DiskFile, listFolder } from './disk-files.ts';
import { isFolderList, isListName } from './file-kinds.ts';
import { foundFile, type FindOptions, type FoundPictures } from './found-pictures.ts';
import { readPictureList, type ListedPicture } from './picture-list.ts';
import type { SourceFile } from './source-file.ts';

/** A file by its path relative to the list, with forward slashes; or why there is none. */
export type Lookup = (name: string) => Promise<SourceFile | { reason: string }>;

/**
 * The pictures that a list names, in its order. Rows whose file is missing, is named twice or lies outside of the list's
 * own folder are passed over with the reason. Throws `fileMalformed` when it is no list of pictures.
 */
export async function findInList(
  list: SourceFile,
  lookup: Lookup,
  { signal, columns: choice }: FindOptions = {},
): Promise<FoundPictures> {
  const found: FoundPicture[] = [];
  const skipped: SkippedFile[] = [];
  const seen = new Set<string>();
  const { rows, columns } = readPictureList(await list.read(), list.path, choice);
  for (const row of rows) {
    signal?.throwIfAborted();
    const file = await fileOf(row, lookup, seen);
    if ('reason' in file) {
      skipped.push({ path: row.fileName === '' ? list.path : row.fileName, reason: file.reason });
    } else {
      seen.add(file.path);
      found.push(foundFile(file, row.className ?? null, row.split ?? null));
    }
  }
  return { layout: 'csv', total: found.length, skipped, columns, pictures: () => found };
}

async function fileOf(
  { fileName, className }: ListedPicture,
  lookup: Lookup,
  seen: ReadonlySet<string>,
): Promise<SourceFile | { reason: string }> {
  const name = nameInside(fileName);
  if (typeof name !== 'string') return name;
  const reason = classNameProblem(className ?? '');
  if (reason !== null) return { reason };
  const file = await lookup(name);
  return 'path' in file && seen.has(file.path) ? { reason: 'it is listed twice' } : file;
}

/** The path that a row names, tidied up, if it stays inside of the list's folder. */
export function nameInside(fileName: string): string | { reason: string } {
  if (fileName === '') return { reason: 'a row names no file' };
  const name = posix.normalize(fileName.replaceAll('\\', '/'));
  const leadsOut = name.startsWith('/') || /^[a-z]:/i.test(name) || name === '..' || name.startsWith('../');
  if (leadsOut) return { reason: "it does not lie in the list's own folder" };
  return name.includes('\0') ? { reason: 'its name has a NUL in it' } : name;
}

const missing = { reason: 'there is no such file' };

/**
 * Looks on the disk, below the folder of the list. Folders are listed once, and never through a link.
 *
 * @param prefix put before the names
 */
export function diskLookup(list: SourceFile, prefix: string): Lookup {
  const root = dirname(list.path);
  const folders = new Map<string, Promise<FolderOnDisk>>();
  const folderAt = (path: string): Promise<FolderOnDisk> => {
    const known = folders.get(path) ?? readFolder(path);
    folders.set(path, known);
    return known;
  };
  return async (name) => {
    const segments = name.split('/');
    const base = segments.pop() ?? '';
    let folder = await folderAt(root);
    for (const segment of segments) {
      const path = folder.folders.get(segment.normalize('NFC'));
      if (path === undefined) return folder.reasons.get(segment) ?? missing;
      folder = await folderAt(path);
    }
    const path = folder.files.get(base.normalize('NFC'));
    return path === undefined ? (folder.reasons.get(base) ?? missing) : new DiskFile(prefix + name, path);
  };
}

/** Paths by name; names are composed (NFC), whichever form the disk prefers. */
interface FolderOnDisk {
  files: Map<string, string>;
  folders: Map<string, string>;
  /** Why an entry is passed over. */
  reasons: Map<string, { reason: string }>;
}

async function readFolder(path: string): Promise<FolderOnDisk> {
  const { files, folders, skipped } = await listFolder(path);
  const paths = (names: string[]): Map<string, string> =>
    new Map(names.map((name) => [name.normalize('NFC'), join(path, name)]));
  const reasons = new Map(skipped.map((entry) => [basename(entry.path), entry]));
  return { files: paths(files), folders: paths(folders), reasons };
}

/** Looks among files that are already listed: those of an archive or a folder, relative to the list. */
export function treeLookup(list: SourceFile, files: readonly SourceFile[]): Lookup {
  const folder = list.name.slice(0, list.name.lastIndexOf('/') + 1);
  const byName = new Map(files.map((file) => [file.name.normalize('NFC'), file]));
  return (name) => Promise.resolve(byName.get((folder + name).normalize('NFC')) ?? missing);
}

/**
 * The list of an archive or a folder: the one of a known name that lies highest, or else the only one there. Throws
 * `invalidInput` when there is none, or several.
 */
export function theListOf(files: readonly SourceFile[], path: string): SourceFile {
  const lists = files.filter(({ name }) => isListName(name));
  const highest = lists.filter((list) => depth(list) === Math.min(...lists.map(depth)));
  const known = highest.filter(({ name }) => isFolderList(name));
  const [list, another] = known.length > 0 ? known : highest;
  if (list !== undefined && another === undefined) return list;
  const reason =
    list === undefined
      ? 'it holds no CSV file'
      : 'it holds several CSV files; choose the one that lists the pictures';
  throw new TesseraError('invalidInput', { what: path, reason });
}

const depth = ({ name }: SourceFile): number => name.split('/').length;
