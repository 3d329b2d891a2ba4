import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { actionKeys, bindingsFrom, type KeyedAction } from '../../../renderer/ui/action-keys.svelte.ts';

const actions: KeyedAction[] = ['skip', 'nextUnlabeled', 'exclude', 'newClass', 'changeView', 'listClasses'];

beforeEach(() => actionKeys.reset());

test('whatever was kept, every action has a key of its own', () => {
  const kept = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .dictionary(fc.constantFrom(...actions), fc.constantFrom('a', 'n', 's', 'x', '!', '7'))
      .map((keys) => JSON.stringify(keys)),
  );
  fc.assert(
    fc.property(kept, (text) => {
      const keys = Object.values(bindingsFrom(text));
      expect(keys).toHaveLength(actions.length);
      expect(new Set(keys).size).toBe(actions.length);
      for (const key of keys) expect(key).toMatch(/^[0-9a-z]$/);
    }),
  );
  expect(bindingsFrom('{"skip":"j"}').skip).toBe('j');
});

test('an action that loses its key gets the other one', () => {
  expect(actionKeys.give('skip', 'n')).toBe(true);
  expect(actionKeys.of('skip')).toBe('n');
  expect(actionKeys.of('newClass')).toBe('s');
  expect(actionKeys.actionOf('n')).toBe('skip');
  expect(actionKeys.areUsual).toBe(false);
});

test('only letters and digits are taken', () => {
  for (const key of ['Enter', '!', 'A', '', ' ', 'ㅜ']) expect(actionKeys.give('skip', key)).toBe(false);
  expect(actionKeys.areUsual).toBe(true);
});
