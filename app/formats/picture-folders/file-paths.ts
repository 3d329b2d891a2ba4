import type { PortablePicture } from '../../core/dataset/portable.ts';
import { isReservedName } from '../../core/file-names.ts';
import { baseName } from '../layouts/file-kinds.ts';
import { foldedName } from '../layouts/zip-names.ts';

/** Characters that a file name cannot have on one of the three systems, or that no folder should have. */
const impossible = /[<>:"|?*\\/\p{Cc}\p{Zl}\p{Zp}]/gu;
/** A file system takes 255 bytes; some are left for a number and an ending. */
const greatestBytes = 200;

/**
 * Where each picture lies in an exported folder, relative, with forward slashes: `<split>/<class>/<file>`. Pictures
 * without a label lie beside the classes in `unlabeled`, those without a split in `unassigned`; where no picture has a
 * split the classes lie at the top. No two are the same, not even to a system that ignores case.
 */
export function filePaths(pictures: readonly PortablePicture[]): string[] {
  const hasSplits = pictures.some(({ split }) => split !== null);
  const folders = new Map<string | null, string>([[null, 'unlabeled']]);
  const takenFolders = new Set(['unlabeled']);
  const folderOf = (className: string | null): string => {
    const known = folders.get(className);
    if (known !== undefined) return known;
    const folder = unusedPath(safeSegment(className ?? ''), takenFolders);
    folders.set(className, folder);
    return folder;
  };
  const taken = new Set<string>();
  return pictures.map(({ name, className, split }) => {
    const folder = [...(hasSplits ? [split ?? 'unassigned'] : []), folderOf(className)].join('/');
    return unusedPath(`${folder}/${safeSegment(baseName(name))}`, taken);
  });
}

/** One part of a path, as every system takes it. */
export function safeSegment(name: string): string {
  let clean = name
    .normalize('NFC')
    .replace(impossible, '_')
    .replace(/^[ .~]/, '_')
    .replace(/[. ]$/, '_');
  const dot = clean.lastIndexOf('.');
  const ending = dot > 0 && clean.length - dot <= 6 ? clean.slice(dot) : '';
  let stem = clean.slice(0, clean.length - ending.length);
  while (Buffer.byteLength(stem) > greatestBytes) stem = [...stem].slice(0, -1).join('');
  clean = (stem === '' ? '_' : stem) + ending;
  return isReservedName(clean) || clean === '__MACOSX' ? `_${clean}` : clean;
}

/** The path, or one with a number that nobody has taken; it is taken then. Taken ones are folded names. */
export function unusedPath(path: string, taken: Set<string>): string {
  const ending = /\.[^./]{1,5}$/.exec(path)?.[0] ?? '';
  const stem = path.slice(0, path.length - ending.length);
  let free = path;
  for (let number = 2; taken.has(foldedName(free)); number++) free = `${stem} (${number})${ending}`;
  taken.add(foldedName(free));
  return free;
}
