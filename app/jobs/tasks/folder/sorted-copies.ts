import { safeSegment, unusedPath } from '../../../formats/picture-folders/file-paths.ts';
import { foldedName } from '../../../formats/layouts/zip-names.ts';

/** Where pictures go that the model is not sure about. */
export const unsureFolder = 'unsure';

/**
 * Where the copy of each picture lies: the folder of its class, and in it the path that it had. No two are the same, not even
 * to a system that ignores case.
 */
export class SortedCopies {
  readonly #folders: ReadonlyMap<string, string>;
  readonly #taken: Set<string>;

  /** `taken`: copies that are there already. */
  constructor(classes: readonly string[], taken: Iterable<string>) {
    const folders = new Set([unsureFolder]);
    this.#folders = new Map(classes.map((name) => [name, unusedPath(safeSegment(name), folders)]));
    this.#taken = new Set([...taken].map(foldedName));
  }

  /** `label` null: not sure. */
  place(file: string, label: string | null): string {
    const folder = (label === null ? undefined : this.#folders.get(label)) ?? unsureFolder;
    return unusedPath([folder, ...file.split('/').map(safeSegment)].join('/'), this.#taken);
  }
}
