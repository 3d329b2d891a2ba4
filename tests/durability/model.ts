/**
 * What a project should hold, kept apart from it: the kill test replays the log of acknowledged actions on this and compares.
 */

type Field = 'classId' | 'split' | 'deleted';
type Value = number | string | boolean | null;

export interface Picture {
  name: string;
  classId: number | null;
  split: string | null;
  deleted: boolean;
}

interface Entry {
  field: Field;
  changes: [id: number, before: Value, after: Value][];
}

export interface Row {
  id: number;
  name: string;
  classId: number | null;
  split: string | null;
}

export interface ModelState {
  pictures: [id: number, picture: Picture][];
  done: Entry[];
  undone: Entry[];
}

/** What the actor says that it is about to do, and what it says when that was acknowledged. */
export type Action =
  | { kind: 'change'; field: Field; ids: number[]; value: Value }
  | { kind: 'undo' | 'redo' | 'snapshot' }
  | { kind: 'import' | 'cancelled import'; folder: string; names: string[] }
  | { kind: 'restore'; name: string }
  | { kind: 'export'; out: string };
export interface Acknowledgement {
  /** Pictures that an import added. */
  rows?: Row[];
  /** The snapshot that holds the present (of `snapshot`) or what was there before (of `restore`). */
  snapshot?: string | null;
}

export class Model {
  readonly pictures: Map<number, Picture>;
  readonly done: Entry[];
  readonly undone: Entry[];

  constructor({ pictures, done, undone }: ModelState) {
    this.pictures = new Map(structuredClone(pictures));
    this.done = structuredClone(done);
    this.undone = structuredClone(undone);
  }

  state(): ModelState {
    return structuredClone({ pictures: [...this.pictures], done: this.done, undone: this.undone });
  }

  living(): number[] {
    return [...this.pictures].filter(([, { deleted }]) => !deleted).map(([id]) => id);
  }

  /** Pictures that have the value already are no part of the step; a step without any is none. */
  change(field: Field, ids: readonly number[], value: Value): void {
    const changes = [...new Set(ids)].flatMap((id): Entry['changes'] => {
      const before = this.pictures.get(id)?.[field] ?? null;
      return before === value ? [] : [[id, before, value]];
    });
    if (changes.length === 0) return;
    this.undone.length = 0;
    const entry = { field, changes };
    this.#apply(entry, 'redo');
    this.done.push(entry);
  }

  undo(): void {
    const entry = this.done.pop();
    if (entry === undefined) return;
    this.#apply(entry, 'undo');
    this.undone.push(entry);
  }

  redo(): void {
    const entry = this.undone.pop();
    if (entry === undefined) return;
    this.#apply(entry, 'redo');
    this.done.push(entry);
  }

  add(rows: readonly Row[]): void {
    for (const { id, name, classId, split } of rows) {
      this.pictures.set(id, { name, classId, split, deleted: false });
    }
  }

  /** One line for every picture that is not deleted, by id. */
  visible(): string[] {
    return [...this.pictures]
      .filter(([, { deleted }]) => !deleted)
      .sort(([a], [b]) => a - b)
      .map(([id, { name, classId, split }]) => lineOf({ id, name, classId, split }));
  }

  #apply({ field, changes }: Entry, direction: 'undo' | 'redo'): void {
    for (const [id, before, after] of changes) {
      const picture = this.pictures.get(id);
      const [from, to] = direction === 'undo' ? [after, before] : [before, after];
      if (picture !== undefined && picture[field] === from) Object.assign(picture, { [field]: to });
    }
  }
}

export const lineOf = ({ id, name, classId, split }: Row): string => `${id} ${name} ${classId} ${split}`;
