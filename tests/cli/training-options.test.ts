import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { augmentationPresets } from '../../app/contract/index.ts';
import { augmentationOf, scheduleOf } from '../../app/hosts/cli/training-options.ts';

describe('a schedule as text', () => {
  test.each([
    ['constant', { kind: 'constant' }],
    ['step:10,0.1', { kind: 'step', every: 10, factor: 0.1 }],
    ['cosine', { kind: 'cosine' }],
    ['cosine:0.05', { kind: 'cosine', floor: 0.05 }],
    ['oneCycle:0.25', { kind: 'oneCycle', rise: 0.25 }],
    ['plateau:5,0.5', { kind: 'plateau', patience: 5, factor: 0.5 }],
  ])('%s', (text, expected) => expect(scheduleOf(text)).toEqual(expected));

  test('anything else is refused with what would do', () => {
    for (const text of [
      '',
      'step',
      'step:10',
      'step:1,2',
      'cosine:0,1',
      'plateau:x,0.1',
      'warm',
      'toString',
    ]) {
      expect(() => scheduleOf(text), text).toThrow('step:EVERY,FACTOR');
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(scheduleOf(text)).toHaveProperty('kind');
        } catch (error) {
          expect(String(error)).toContain('step:EVERY,FACTOR');
        }
      }),
    );
  });
});

describe('an augmentation as text', () => {
  test('a preset, or strengths', () => {
    expect(augmentationOf('medium')).toEqual(augmentationPresets.medium);
    expect(augmentationOf('flip=0.5, rotate=10')).toEqual({ flip: 0.5, rotate: 10 });
  });

  test.each(['', 'flip', 'flip=', 'flip=2', 'spin=1', 'flip=0.5,,'])('%j is refused', (text) =>
    expect(() => augmentationOf(text)).toThrow('as flip=0.5,rotate=10'),
  );
});
