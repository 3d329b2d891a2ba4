import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ago } from '../../../renderer/features/projects/ago.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

test('the largest unit that is full counts', () => {
  const now = 1000 * day;
  const before = (time: number): string => ago(now - time, now, 'en');
  expect(before(10_000)).toBe('now');
  expect(before(61_000)).toBe('1 min. ago');
  expect(before(59 * minute)).toBe('59 min. ago');
  expect(before(5 * hour + 59 * minute)).toBe('5 hr. ago');
  expect(before(30 * hour)).toBe('yesterday');
  expect(before(20 * day)).toBe('2 wk. ago');
  expect(before(400 * day)).toBe('last yr.');
  expect(ago(now - 3 * hour, now, 'ko')).toBe('3시간 전');
});

test('a clock that was set back does not speak of the future', () => {
  fc.assert(
    fc.property(fc.nat(), (ahead) => {
      expect(ago(ahead, 0, 'en')).toBe('now');
    }),
  );
});
