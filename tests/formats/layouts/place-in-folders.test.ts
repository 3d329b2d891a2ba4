import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeInChosenFolders, placeInFolders } from '../../../app/formats/layouts/place-in-folders.ts';
import { splitOf, splitOfFile } from '../../../app/formats/layouts/split-names.ts';

const placed = (...names: string[]): string[] =>
  placeInFolders(names).map(({ className, split }) => `${className ?? '-'} ${split ?? '-'}`);

describe('folders', () => {
  test.each<[string, string[], string[]]>([
    ['classes', ['cat/1.jpg', 'dog/1.jpg'], ['cat -', 'dog -']],
    ['no folders', ['1.jpg', '2.jpg'], ['- -', '- -']],
    ['loose pictures beside classes', ['cat/1.jpg', '2.jpg'], ['cat -', '- -']],
    ['splits', ['train/cat/1.jpg', 'val/cat/2.jpg', 'test/dog/3.jpg'], ['cat train', 'cat val', 'dog test']],
    [
      'other words for splits, in any case',
      ['Training/a/1.png', 'VALID/a/2.png', 'validation/a/3.png', 'Testing/a/4.png', 'eval/a/5.png'],
      ['a train', 'a val', 'a val', 'a test', 'a test'],
    ],
    ['splits without classes', ['train/1.jpg', 'test/2.jpg'], ['- train', '- test']],
    ['deeper folders', ['cat/a/b/1.jpg', 'dog/2.jpg', 'train/x/y/3.jpg'], ['cat -', 'dog -', 'train -']],
    ['deeper folders in splits', ['train/cat/x/1.jpg', 'val/cat/y/z/2.jpg'], ['cat train', 'cat val']],
    ['a wrapping folder', ['flowers/train/rose/1.jpg', 'flowers/val/rose/2.jpg'], ['rose train', 'rose val']],
    ['two of them', ['a/b/cat/1.jpg', 'a/b/dog/2.jpg'], ['cat -', 'dog -']],
    [
      'a wrapping folder called test',
      ['test/train/cat/1.jpg', 'test/val/cat/2.jpg'],
      ['cat train', 'cat val'],
    ],
    ['one class is not a wrapping folder', ['cat/1.jpg', 'cat/2.jpg'], ['cat -', 'cat -']],
    [
      'one split is not a wrapping folder',
      ['train/cat/1.jpg', 'train/dog/2.jpg'],
      ['cat train', 'dog train'],
    ],
    ['a class called train', ['train/1.jpg', 'boat/2.jpg', 'plane/3.jpg'], ['train -', 'boat -', 'plane -']],
    [
      'folders beside splits',
      ['train/cat/1.jpg', 'test/cat/2.jpg', 'cat/3.jpg', 'unsorted/4.jpg', '5.jpg'],
      ['cat train', 'cat test', 'cat -', '- -', '- -'],
    ],
    ['names in two Unicode forms', ['caf\u00e9/1.jpg', 'cafe\u0301/2.jpg'], ['caf\u00e9 -', 'caf\u00e9 -']],
    ['a folder of blanks', [' /1.jpg', 'b/2.jpg'], ['- -', 'b -']],
    ['a line break in a name', ['two\nlines/1.jpg', 'b/2.jpg'], ['two lines -', 'b -']],
    ['names of the language', ['__proto__/1.jpg', 'constructor/2.jpg'], ['__proto__ -', 'constructor -']],
  ])('%s', (_, names, expected) => {
    expect(placed(...names)).toEqual(expected);
  });

  const part = fc.oneof(fc.constantFrom('train', 'val', 'test', 'a', 'b'), fc.string({ maxLength: 5 }));
  const paths = fc.array(fc.array(part, { maxLength: 4 }).map((parts) => [...parts, 'x.png'].join('/')));

  test('every picture gets its place, whatever the names', () => {
    fc.assert(
      fc.property(paths, (names) => {
        const places = placeInFolders(names);
        expect(places).toHaveLength(names.length);
        for (const { className } of places) {
          expect(className === null || (className.trim() === className && className !== '')).toBe(true);
        }
      }),
    );
  });

  test('a wrapping folder changes nothing', () => {
    fc.assert(
      fc.property(paths, (names) => {
        // Only where every picture lies in some folder already: else the wrapping folder is a class.
        const inFolders = names.filter((name) => name.includes('/'));
        expect(placeInFolders(inFolders.map((name) => `wrap/${name}`))).toEqual(placeInFolders(inFolders));
      }),
    );
  });
});

describe('folders that were chosen together', () => {
  const chosen = (...names: string[]): string[] =>
    placeInChosenFolders(names).map(({ className, split }) => `${className ?? '-'} ${split ?? '-'}`);

  test.each<[string, string[], string[]]>([
    ['classes', ['cat/1.jpg', 'dog/x/2.jpg', 'dog/3.jpg', '4.jpg'], ['cat -', 'dog -', 'dog -', '- -']],
    ['splits', ['train/cat/1.jpg', 'test/cat/2.jpg', '3.jpg'], ['cat train', 'cat test', '- -']],
    ['a class called train', ['train/1.jpg', 'boat/2.jpg'], ['train -', 'boat -']],
    [
      'sets of their own, one of them a class',
      ['a/train/cat/1.jpg', 'a/test/cat/2.jpg', 'b/w/dog/3.jpg', 'b/w/cow/4.jpg', 'dog/5.jpg'],
      ['cat train', 'cat test', 'dog -', 'cow -', 'dog -'],
    ],
  ])('%s', (_, names, expected) => {
    expect(chosen(...names)).toEqual(expected);
  });
});

describe('names of splits', () => {
  test('a word means the same in any case, with blanks around it', () => {
    const words = fc.constantFrom(
      'train',
      'training',
      'val',
      'valid',
      'validation',
      'test',
      'testing',
      'eval',
    );
    fc.assert(
      fc.property(words, (word) => {
        expect(splitOf(` ${word.toUpperCase()}\t`)).toBe(splitOf(word));
        expect(splitOf(word)).not.toBeNull();
      }),
    );
  });

  test('any text is a split or is not', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(['train', 'val', 'test', null]).toContain(splitOf(text));
        expect(['train', 'val', 'test', null]).toContain(splitOfFile(text));
      }),
    );
    expect(splitOf('__proto__')).toBeNull();
    expect(splitOf('trains')).toBeNull();
  });

  test.each([
    ['train-images-idx3-ubyte', 'train'],
    ['t10k-images.idx3-ubyte', 'test'],
    ['emnist-letters-test', 'test'],
    ['qmnist-validation', 'val'],
    ['latest', null],
  ])('the file %s', (name, split) => {
    expect(splitOfFile(name)).toBe(split);
  });
});
