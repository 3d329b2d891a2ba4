import { describe, expect, it } from 'vitest';
import { classEffect, sides, summarise, type ClassAction } from '../../../app/core/labeling/journal.ts';

const created: ClassAction = { kind: 'createClass', id: 3, name: 'cat', color: 2, position: 2 };
const renamed: ClassAction = { kind: 'renameClass', id: 3, before: 'cat', after: 'tom' };

describe('classEffect', () => {
  it('adds a class back exactly as it was, and removes it', () => {
    expect(classEffect(created, 'redo')).toEqual({
      kind: 'add',
      added: { id: 3, name: 'cat', color: 2, position: 2 },
    });
    expect(classEffect(created, 'undo')).toEqual({ kind: 'remove', id: 3 });
  });

  it('renames there and back', () => {
    expect(classEffect(renamed, 'redo')).toEqual({ kind: 'rename', id: 3, from: 'cat', to: 'tom' });
    expect(classEffect(renamed, 'undo')).toEqual({ kind: 'rename', id: 3, from: 'tom', to: 'cat' });
  });
});

it('undo and redo are each other turned round', () => {
  const [undo, redo] = [sides('undo'), sides('redo')];
  expect([undo.from, undo.to]).toEqual([redo.to, redo.from]);
  expect(redo).toEqual({ from: 'before', to: 'after' });
});

it('says in the history which class was made, and what a class was called before', () => {
  expect(summarise(created)).toBe('cat');
  expect(summarise(renamed)).toBe('cat → tom');
});
