import type { JournalEntry } from '../../contract/index.ts';

/** Undo takes an action back, redo does it again; doing it for the first time is redoing it. */
export type Direction = 'undo' | 'redo';

/** Actions on pictures: the journal keeps one value before and one after for every picture touched. */
export type PictureAction = Extract<
  JournalEntry['kind'],
  | 'label'
  | 'acceptSuggestions'
  | 'split'
  | 'deleteImages'
  | 'exclude'
  | 'note'
  | 'tags'
  // These two are actions on classes as well.
  | 'mergeClasses'
  | 'deleteClass'
>;

/** A class as it is kept. */
export interface KeptClass {
  id: number;
  name: string;
  color: number;
  position: number;
  key?: string | null;
  description?: string;
  isNone?: boolean;
}

/** What of a class can be changed besides its name. */
export type ClassField = 'color' | 'description' | 'key';

/** Actions on classes: kept whole in the journal's entry. */
export type ClassAction =
  | ({ kind: 'createClass' } & KeptClass)
  | { kind: 'renameClass'; id: number; before: string; after: string }
  | {
      kind: 'changeClass';
      id: number;
      name: string;
      field: ClassField;
      before: string | number | null;
      after: string | number | null;
    }
  /** Ids in their order. */
  | { kind: 'reorderClasses'; before: number[]; after: number[] }
  /** Its pictures are labeled anew in the same entry. */
  | { kind: 'mergeClasses' | 'deleteClass'; removed: KeptClass; into: string | null };

/** What to do to the classes. */
export type ClassEffect =
  | { kind: 'add'; added: KeptClass }
  | { kind: 'remove'; id: number }
  | { kind: 'rename'; id: number; from: string; to: string }
  | {
      kind: 'change';
      id: number;
      field: ClassField;
      from: string | number | null;
      to: string | number | null;
    }
  | { kind: 'reorder'; ids: number[] };

/**
 * Which side of a change must be there still, and which takes its place. A picture whose value is neither was
 * changed by something that is not in the journal (an import) and is left alone.
 */
export function sides(direction: Direction): { from: 'before' | 'after'; to: 'before' | 'after' } {
  return direction === 'redo' ? { from: 'before', to: 'after' } : { from: 'after', to: 'before' };
}

/** What an action on classes amounts to in a direction. */
export function classEffect(action: ClassAction, direction: Direction): ClassEffect {
  const { from, to } = sides(direction);
  switch (action.kind) {
    case 'createClass': {
      const { kind: _kind, ...added } = action;
      return direction === 'redo' ? { kind: 'add', added } : { kind: 'remove', id: added.id };
    }
    case 'renameClass':
      return { kind: 'rename', id: action.id, from: action[from], to: action[to] };
    case 'changeClass':
      return { kind: 'change', id: action.id, field: action.field, from: action[from], to: action[to] };
    case 'reorderClasses':
      return { kind: 'reorder', ids: action[to] };
    case 'mergeClasses':
    case 'deleteClass':
      return direction === 'redo'
        ? { kind: 'remove', id: action.removed.id }
        : { kind: 'add', added: action.removed };
  }
}

/** The line of the history about an action on classes. */
export function summarise(action: ClassAction): string {
  switch (action.kind) {
    case 'createClass':
    case 'changeClass':
      return action.name;
    case 'renameClass':
      return `${action.before} → ${action.after}`;
    case 'reorderClasses':
      return '';
    case 'mergeClasses':
      return `${action.removed.name} → ${action.into}`;
    case 'deleteClass':
      return action.removed.name;
  }
}
