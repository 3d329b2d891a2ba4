import { hostBridge, type UploadFile } from '../../client/index.ts';
import { isClutter, nameOf, topOf } from './names.ts';

/** Pictures that a person gave, before anything was understood of them. */
export interface Gathered {
  /** Of the folder or file, without its extension; empty for several files together. */
  name: string;
  /** Where the services reach them; or, in a browser, the files themselves. */
  source: { paths: string[] } | { files: UploadFile[] };
}

/** What lies at a path on this computer. */
export const gatherPath = (path: string): Gathered => ({ name: nameOf([path]), source: { paths: [path] } });

/** What was chosen in a dialog of the browser or the system. */
export function gatherFiles(files: Iterable<File>): Gathered {
  const chosen = [...files].map((file) => ({ name: file.webkitRelativePath || file.name, blob: file }));
  const paths = pathsOf(chosen.map(({ blob }) => blob));
  if (paths) return { name: nameOf(paths), source: { paths } };
  return fromFiles(chosen);
}

/**
 * What was dropped, folders with all that is in them; call it before the drop event is over, because what was
 * dropped cannot be asked for afterwards. `onFound` hears how many files were met so far. Null when nothing
 * that was dropped is a file.
 */
export async function gatherDrop(
  transfer: DataTransfer,
  onFound: (files: number) => void = () => undefined,
): Promise<Gathered | null> {
  // What was dropped is empty once the event is over.
  const dropped = [...transfer.files];
  const paths = pathsOf(dropped);
  if (paths) return paths.length > 0 ? { name: nameOf(paths), source: { paths } } : null;
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  if (entries.length === 0) return dropped.length > 0 ? gatherFiles(dropped) : null;
  const files: UploadFile[] = [];
  for (const entry of entries) {
    for await (const file of filesBelow(entry)) {
      files.push(file);
      onFound(files.length);
    }
  }
  return fromFiles(files);
}

/** True for a drag that carries files, not text or a picture of this page. */
export const carriesFiles = (event: DragEvent): boolean =>
  event.dataTransfer?.types.includes('Files') === true;

/** On the desktop, where every file tells where it lies; null elsewhere. */
function pathsOf(files: readonly File[]): string[] | null {
  if (!hostBridge) return null;
  const paths = files.map((file) => hostBridge?.pathForFile(file) ?? '');
  return paths.includes('') ? null : paths;
}

function fromFiles(files: readonly UploadFile[]): Gathered {
  const kept = files.filter(({ name }) => !isClutter(name));
  return { name: nameOf([...new Set(kept.map(({ name }) => topOf(name)))]), source: { files: kept } };
}

async function* filesBelow(entry: FileSystemEntry): AsyncGenerator<UploadFile> {
  if (isFile(entry)) {
    const blob = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    yield { name: entry.fullPath.replace(/^\//, ''), blob };
  } else if (isDirectory(entry) && !isClutter(entry.name)) {
    const reader = entry.createReader();
    // A reader hands out its entries by the hundred, until there are none.
    for (let some = await read(reader); some.length > 0; some = await read(reader)) {
      for (const one of some) yield* filesBelow(one);
    }
  }
}

const read = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> =>
  new Promise((resolve, reject) => reader.readEntries(resolve, reject));
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
