import { expect, test } from 'vitest';
import { labelAction } from '../../../renderer/features/labeling/label-keys.ts';
import { classKey } from '../../../renderer/ui/class-mark.ts';
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

test('digits give classes, ten classes then letters, in capitals too', () => {
  expect(labelAction(press('1'))).toEqual({ do: 'label', position: 0 });
  expect(labelAction(press('0'))).toEqual({ do: 'label', position: 9 });
  expect(labelAction(press('a'))).toEqual({ do: 'label', position: 10 });
  expect(labelAction(press('A', { shiftKey: true }))).toEqual({ do: 'label', position: 10 });
});

test('no class has a key that does something else here or opens a screen', () => {
  const keys = Array.from({ length: 40 }, (_, position) => classKey(position)).filter((key) => key !== null);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.length).toBeGreaterThanOrEqual(20);
  for (const [position, key] of keys.entries()) {
    expect(labelAction(press(key))).toEqual({ do: 'label', position });
    expect(screens).not.toContain(key);
  }
  for (const key of ['n', 's', 'u', 'x', 'g', 'c']) expect(keys).not.toContain(key);
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
