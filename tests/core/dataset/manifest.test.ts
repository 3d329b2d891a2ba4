import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { manifestHash } from '../../../app/core/dataset/manifest.ts';
import type { ManifestEntry } from '../../../app/core/training/plan.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const classes = ['cat', 'dog'];
const entries: ManifestEntry[] = [
  { imageId: 1, hash: 'aa', classIndex: 0, split: 'train' },
  { imageId: 2, hash: 'bb', classIndex: 1, split: 'test' },
];
const original = manifestHash(classes, entries, sha256);
const [first, second] = entries as [ManifestEntry, ManifestEntry];

describe('manifestHash', () => {
  it('hashes the class names and one line a picture', () => {
    expect(original).toBe(sha256('["cat","dog"]\naa 0 train\nbb 1 test\n'));
  });

  it('is the same for the same data in another project', () => {
    expect(manifestHash(classes, [{ ...first, imageId: 77 }, second], sha256)).toBe(original);
  });

  it.each([
    ['a class name', ['cat', 'Dog'], entries],
    ['the order of the classes', ['dog', 'cat'], entries],
    ['a label', classes, [{ ...first, classIndex: 1 }, second]],
    ['a split', classes, [{ ...first, split: 'val' as const }, second]],
    ['the content of a picture', classes, [{ ...first, hash: 'cc' }, second]],
    ['the order of the pictures', classes, [second, first]],
    ['a picture more', classes, [...entries, first]],
  ])('changes with %s', (_what, otherClasses, otherEntries) => {
    expect(manifestHash(otherClasses, otherEntries, sha256)).not.toBe(original);
  });
});
