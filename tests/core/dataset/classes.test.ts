import { describe, expect, it } from 'vitest';
import { cleanClassName, nextClass } from '../../../app/core/dataset/classes.ts';

describe('cleanClassName', () => {
  it.each([
    ['  cat ', 'cat'],
    ['\ttwo words\n', 'two words'],
    ['cafe\u0301', 'caf\u00e9'],
    ['__proto__', '__proto__'],
    [' \n ', null],
    ['', null],
  ])('%j → %j', (raw, clean) => {
    expect(cleanClassName(raw)).toBe(clean);
  });
});

describe('nextClass', () => {
  it('puts the first class at 0 and the next behind the last', () => {
    expect(nextClass('a', null)).toEqual({ name: 'a', color: 0, position: 0 });
    expect(nextClass('b', 4)).toEqual({ name: 'b', color: 5, position: 5 });
  });

  it('begins the palette of twelve again', () => {
    expect(nextClass('m', 11).color).toBe(0);
  });
});
