import type { JournalEntry } from '../../contract/index.ts';

/** Undo takes an action back, redo does it again; doing it for the first time is redoing it. */
export type Direction = 'undo' | 'redo';

/** Actions on pictures: the journal keeps one value before and one after for every picture touched. */
export type PictureAction = Extract<JournalEntry['kind'], 'label' | 'split' | 'deleteImages'>;

/** Actions on classes: kept whole in the journal's entry. */
export type ClassAction =
  | { kind: 'createClass'; id: number; name: string; color: number; position: number }
  | { kind: 'renameClass'; id: number; before: string; after: string };

/** What to do to the classes. */
export type ClassEffect =
  | { kind: 'add'; id: number; name: string; color: number; position: number }
  | { kind: 'remove'; id: number }
  | { kind: 'rename'; id: number; from: string; to: string };

/**
 * Which side of a change must be there still, and which takes its place. A picture whose value is neither was
 * changed by something that is not in the journal (an import) and is left alone.
 */
export function sides(direction: Direction): { from: 'before' | 'after'; to: 'before' | 'after' } {
  return direction === 'redo' ? { from: 'before', to: 'after' } : { from: 'after', to: 'before' };
}

/** What an action on classes amounts to in a direction. */
export function classEffect(action: ClassAction, direction: Direction): ClassEffect {
  switch (action.kind) {
    case 'createClass': {
      const { id, name, color, position } = action;
      return direction === 'redo' ? { kind: 'add', id, name, color, position } : { kind: 'remove', id };
    }
    case 'renameClass': {
      const { from, to } = sides(direction);
      return { kind: 'rename', id: action.id, from: action[from], to: action[to] };
    }
  }
}

/** The line of the history about an action on classes. */
export function summarise(action: ClassAction): string {
  return action.kind === 'createClass' ? action.name : `${action.before} → ${action.after}`;
}
