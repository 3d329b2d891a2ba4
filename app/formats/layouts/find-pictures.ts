import { TesseraError, type ImportLayout, type ImportPreview } from '../../contract/index.ts';
import { findExported } from '../picture-folders/exported-layout.ts';
import { findInCifar } from './cifar-layout.ts';
import { DiskFile } from './disk-files.ts';
import { findInFolders, picturesAmong } from './folder-layout.ts';
import type { FindOptions, FoundPictures } from './found-pictures.ts';
import { findInIdx } from './idx-layout.ts';
import { diskLookup, findInList, theListOf, treeLookup } from './list-layout.ts';
import { placeInChosenFolders, placeInFolders } from './place-in-folders.ts';
import { findInNpy } from './npy-layout.ts';
import type { SourceFile, SourceFiles } from './source-file.ts';
import { rootsOf, Source, type Root } from './source.ts';

/** Found pictures can be read until they are disposed. */
export type OpenPictures = FoundPictures & AsyncDisposable;

/** Where nobody says that it is IDX, only so many files are opened to see. */
const greatestGuess = 256;

/**
 * The pictures at some paths, none of them decoded yet. `auto` takes a CSV file as a list, then pictures by their
 * folders (or by the manifest, where Tessera has exported them), then NumPy's arrays, then
 * IDX, then CIFAR; in a zip as well as on the disk. Throws `importEmpty`, `layoutUnknown`,
 * `fileNotFound`, `fileUnreadable`, `fileMalformed`, `archiveUnsafe`, `invalidInput`, and the reason of its signal.
 */
export async function findPictures(
  paths: readonly string[],
  layout: ImportLayout,
  options: FindOptions = {},
): Promise<OpenPictures> {
  const source = new Source();
  try {
    const roots = await rootsOf(paths);
    checkZips(roots, layout);
    const parts = await understand(source, roots, layout, options);
    const found = joined(parts);
    if (found.total === 0) refuseEmpty(paths, roots, layout, found);
    const isZipped =
      roots.some(({ kind }) => kind === 'zip') && found.layout !== 'csv' && found.layout !== 'npz';
    return {
      ...found,
      layout: isZipped ? 'zip' : found.layout,
      [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
    };
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
}

function checkZips(roots: readonly Root[], layout: ImportLayout): void {
  const other = layout === 'zip' ? roots.find(({ kind }) => kind !== 'zip') : undefined;
  if (other === undefined) return;
  const reason = 'it does not begin as zip archives do';
  throw new TesseraError('fileMalformed', { path: other.path, format: 'zip', reason });
}

async function understand(
  source: Source,
  roots: readonly Root[],
  layout: ImportLayout,
  options: FindOptions,
): Promise<FoundPictures[]> {
  if (layout === 'csv') {
    return inTurn(roots, (root) =>
      root.kind === 'list' ? listed(root, options) : listedIn(source, root, options),
    );
  }
  const asLists = layout === 'auto' ? roots.filter(({ kind }) => kind === 'list') : [];
  const lists = await inTurn(asLists, (root) => listed(root, options));
  const rest = roots.filter((root) => !asLists.includes(root));
  if (rest.length === 0) return lists;
  const tree = await source.list(rest, options.signal);
  const taken = await pathsOf(lists);
  const files = tree.files.filter(({ path }) => !taken.has(path));
  const found = await arranged(files, layout, { areSeveral: roots.length > 1, ...options });
  return [...lists, ...(found === null ? [] : [found]), nothingBut(tree)];
}

/** What the lists name already. */
async function pathsOf(lists: readonly FoundPictures[]): Promise<Set<string>> {
  const paths = new Set<string>();
  for (const { pictures } of lists) for await (const { path } of pictures()) paths.add(path);
  return paths;
}

/** A list on the disk. */
function listed({ path, prefix }: Root, options: FindOptions): Promise<FoundPictures> {
  const list = new DiskFile(path, path);
  return findInList(list, diskLookup(list, prefix), options);
}

/** The list in an archive or a folder. */
async function listedIn(source: Source, root: Root, options: FindOptions): Promise<FoundPictures> {
  const { files } = await source.list([root], options.signal);
  const list = theListOf(files, root.path);
  return findInList(list, treeLookup(list, files), options);
}

async function arranged(
  files: readonly SourceFile[],
  layout: Exclude<ImportLayout, 'csv'>,
  { areSeveral, columns }: FindOptions & { areSeveral: boolean },
): Promise<FoundPictures | null> {
  if (layout === 'idx') return findInIdx(files);
  if (layout === 'cifar') return findInCifar(files);
  if (layout === 'npz') return findInNpy(files);
  const exported = await findExported(files);
  if (exported !== null) return exported;
  const { pictures, others } = await picturesAmong(files);
  if (pictures.length > 0 || layout === 'folders') {
    return findInFolders(pictures, others, areSeveral ? placeInChosenFolders : placeInFolders, columns);
  }
  return (
    (await findInNpy(others)) ?? (await findInIdx(others.slice(0, greatestGuess))) ?? findInCifar(others)
  );
}

/** The walk's own reasons. */
const nothingBut = ({ skipped }: SourceFiles): FoundPictures => ({
  layout: 'folders',
  total: 0,
  skipped,
  pictures: () => [],
});

function joined(parts: readonly FoundPictures[]): FoundPictures {
  const exported = parts.find((part) => part.exported !== undefined)?.exported;
  const columns = parts.find((part) => part.columns !== undefined)?.columns;
  return {
    ...(exported && { exported }),
    ...(columns && { columns }),
    layout: parts.find(({ total }) => total > 0)?.layout ?? 'folders',
    total: parts.reduce((sum, { total }) => sum + total, 0),
    skipped: parts.flatMap(({ skipped }) => skipped),
    pictures: async function* () {
      for (const part of parts) yield* part.pictures();
    },
  };
}

function refuseEmpty(
  paths: readonly string[],
  roots: readonly Root[],
  layout: ImportLayout,
  { skipped }: FoundPictures,
): never {
  const path = paths.join(', ');
  const [first] = skipped;
  if (roots.every(({ kind }) => kind === 'list') && first !== undefined) {
    const reason = `none of its rows names a picture that is there (${first.path}: ${first.reason})`;
    throw new TesseraError('fileMalformed', { path, format: 'CSV', reason });
  }
  if (roots.some(({ kind }) => kind !== 'file')) throw new TesseraError('importEmpty', { path });
  if (layout === 'auto') throw new TesseraError('layoutUnknown', { path });
  const format = formatNames[layout];
  const reason = `it holds no ${format} pictures`;
  throw new TesseraError('fileMalformed', { path, format, reason });
}

const formatNames: Record<ImportPreview['layout'], string> = {
  folders: 'picture',
  csv: 'CSV',
  idx: 'IDX',
  cifar: 'CIFAR',
  npz: 'npz',
  zip: 'zip',
};

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
