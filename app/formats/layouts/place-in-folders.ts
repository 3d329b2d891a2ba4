import type { Split } from '../../contract/index.ts';
import { classNameOf } from './class-names.ts';
import { splitOf } from './split-names.ts';

/** What the folders say about a picture. */
export interface Place {
  className: string | null;
  split: Split | null;
}

/**
 * Class and split of each picture by the folders that it lies in: `<class>/…`, `<split>/<class>/…`, or neither. Folders
 * that wrap everything are looked through; folders below a class flatten into it. A folder called `train` among other
 * classes is a class: they may be vehicles.
 *
 * @param names relative paths of pictures, with forward slashes
 */
export function placeInFolders(names: readonly string[]): Place[] {
  const folders = unwrapped(names.map((name) => name.split('/').slice(0, -1)));
  if (!isSplitLayout(folders)) {
    return folders.map(([top]) => ({ className: top === undefined ? null : classNameOf(top), split: null }));
  }
  const places = folders.map(([top = '', below = '']): Place & { top: string } => {
    const split = splitOf(top);
    return { top, className: split === null ? null : classNameOf(below), split };
  });
  const classes = new Set(places.map(({ className }) => className));
  return places.map(({ top, className, split }) => {
    if (split !== null) return { className, split };
    // Beside the splits: more of a class that they have, or pictures that nobody has labeled.
    const beside = classNameOf(top);
    return { className: classes.has(beside) ? beside : null, split: null };
  });
}

/**
 * The same for several folders that were chosen together, which are the first part of each name. They are splits where
 * all of them are called so. Else each one is a class where pictures lie in it directly, and is understood on its own
 * where they all lie in folders of it.
 */
export function placeInChosenFolders(names: readonly string[]): Place[] {
  const chosen = Map.groupBy(names, (name) => (name.includes('/') ? firstPart(name) : null));
  if ([...chosen.keys()].every((folder) => folder === null || splitOf(folder) !== null)) {
    return placeInFolders(names);
  }
  const places = new Map<string, Place>();
  for (const [folder, inIt] of chosen) {
    const inner = inIt.map((name) => name.slice(name.indexOf('/') + 1));
    const isClass = folder !== null && inner.some((name) => !name.includes('/'));
    const className = isClass ? classNameOf(folder) : null;
    const found = isClass ? [] : placeInFolders(inner);
    inIt.forEach((name, index) => places.set(name, found[index] ?? { className, split: null }));
  }
  return names.map((name) => places.get(name) ?? { className: null, split: null });
}

const firstPart = (name: string): string => name.slice(0, name.indexOf('/'));

/** Without the folders at the top that hold nothing but one other level of folders. */
function unwrapped(folders: readonly string[][]): readonly string[][] {
  let rest = folders;
  while (isWrapped(rest)) rest = rest.map((path) => path.slice(1));
  return rest;
}

function isWrapped(folders: readonly string[][]): boolean {
  const top = folders[0]?.[0];
  if (top === undefined || !folders.every((path) => path[0] === top && path.length >= 2)) return false;
  return splitOf(top) === null || folders.every((path) => splitOf(path[1] ?? '') !== null);
}

function isSplitLayout(folders: readonly string[][]): boolean {
  const tops = new Set(folders.map(([top]) => top).filter((top) => top !== undefined));
  if (tops.size === 0) return false;
  if ([...tops].every((top) => splitOf(top) !== null)) return true;
  const inSplits = folders.filter(([top]) => top !== undefined && splitOf(top) !== null);
  return (
    new Set(inSplits.map(([top]) => splitOf(top ?? ''))).size >= 2 &&
    inSplits.every((path) => path.length >= 2)
  );
}
