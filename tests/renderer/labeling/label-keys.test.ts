import { expect, test } from 'vitest';
import { labelAction } from '../../../renderer/features/labeling/label-keys.ts';
import { classKeys } from '../../../app/core/dataset/class-keys.ts';
import { screens } from './screen-keys.ts';

const press = (key: string, more: Partial<KeyboardEvent> = {}) => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

test('digits and letters give classes, in capitals too', () => {
  expect(labelAction(press('1'))).toEqual({ do: 'label', key: '1' });
  expect(labelAction(press('a'))).toEqual({ do: 'label', key: 'a' });
  expect(labelAction(press('A', { shiftKey: true }))).toEqual({ do: 'label', key: 'a' });
});

test('no class gets a key by itself that does something else here or opens a screen', () => {
  const keys = classKeys(Array.from({ length: 40 }, () => null)).filter((key) => key !== null);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.length).toBeGreaterThanOrEqual(20);
  for (const key of keys) {
    expect(labelAction(press(key))).toEqual({ do: 'label', key });
    expect(screens).not.toContain(key);
  }
  for (const key of ['n', 's', 'u', 'x', 'g', 'c']) expect(keys).not.toContain(key);
});

test('one key keeps a picture from being learned, another takes it out of the project', () => {
  expect(labelAction(press('x'))).toEqual({ do: 'exclude' });
  expect(labelAction(press('Delete'))).toEqual({ do: 'remove' });
});

test('a chosen key is taken from the others', () => {
  expect(classKeys([null, '1', null])).toEqual(['2', '1', '3']);
});

test('a keyboard that writes Korean has the same keys', () => {
  expect(labelAction(press('ㅜ', { code: 'KeyN' }))).toEqual({ do: 'newClass' });
  expect(labelAction(press('ㅋ', { code: 'KeyZ', ctrlKey: true }))).toEqual({ do: 'undo' });
});

test('undo and redo take either modifier; other combinations are left to the browser', () => {
  expect(labelAction(press('z', { metaKey: true }))).toEqual({ do: 'undo' });
  expect(labelAction(press('Z', { metaKey: true, shiftKey: true }))).toEqual({ do: 'redo' });
  expect(labelAction(press('y', { ctrlKey: true }))).toEqual({ do: 'redo' });
  expect(labelAction(press('1', { ctrlKey: true }))).toBeNull();
  expect(labelAction(press('x', { ctrlKey: true }))).toBeNull();
  expect(labelAction(press('1', { altKey: true }))).toBeNull();
  expect(labelAction(press('Tab'))).toBeNull();
});
