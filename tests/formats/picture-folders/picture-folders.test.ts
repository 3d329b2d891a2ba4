import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TesseraError } from '../../../app/contract/index.ts';
import {
  hasMarks,
  type PictureMarks,
  type PortableClass,
  type PortablePicture,
} from '../../../app/core/dataset/portable.ts';
import { isReservedName } from '../../../app/core/file-names.ts';
import { filePaths, safeSegment } from '../../../app/formats/picture-folders/file-paths.ts';
import {
  classesText,
  isManifest,
  manifestText,
  readClasses,
  readManifest,
} from '../../../app/formats/picture-folders/manifest.ts';
import { nameInside } from '../../../app/formats/layouts/list-layout.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    '=cmd()',
    "'=cmd()",
    "''-1",
    '-rf',
    'a,b',
    'x"y',
    'two\nlines',
    'CON',
    '..',
    '__proto__',
    ' ',
  ),
);
const name = text.filter((each) => each !== '');
const className = name.map((each) => each.normalize('NFC').trim()).filter((each) => each !== '');
const tags = fc
  .uniqueArray(
    name.map((each) => each.trim()).filter((each) => each !== ''),
    { maxLength: 3 },
  )
  .map((each) => each.toSorted());
const marks: fc.Arbitrary<PictureMarks> = fc.record({
  note: text,
  tags,
  excluded: fc.boolean(),
  otherNames: fc.array(fc.record({ name, className: fc.option(className, { nil: null }) }), { maxLength: 2 }),
});
const plainPicture: fc.Arbitrary<PortablePicture> = fc.record({
  hash: fc.constant('0'),
  name,
  className: fc.option(className, { nil: null }),
  split: fc.constantFrom('train', 'val', 'test', null),
});
const picture: fc.Arbitrary<PortablePicture> = fc
  .tuple(plainPicture, marks)
  .map(([plain, noted]) => ({ ...plain, ...(hasMarks(noted) && { marks: noted }) }));
const portableClass: fc.Arbitrary<PortableClass> = fc.record(
  {
    name: className,
    color: fc.integer({ min: 0, max: 11 }),
    key: fc.constantFrom('1', 'q', '0'),
    description: text.filter((each) => each !== ''),
    isNone: fc.constant(true),
  },
  { requiredKeys: ['name'] },
);
const bytes = (written: string): Uint8Array => new TextEncoder().encode(written);

describe('the manifest', () => {
  test('gives back every name, label, split, note, tag, exclusion and other name', () => {
    fc.assert(
      fc.property(fc.array(picture, { maxLength: 8 }), (pictures) => {
        const paths = pictures.map((_, place) => `a/${place}.png`);
        const written = bytes(manifestText(pictures, paths));
        expect(isManifest(written.subarray(0, 64))).toBe(true);
        expect(readManifest(written, 'manifest.csv')).toEqual(
          pictures.map(({ hash: _hash, ...rest }, place) => ({ fileName: paths[place], ...rest })),
        );
      }),
    );
  });

  test('the classes come back in their order, as they look', () => {
    fc.assert(
      fc.property(fc.array(portableClass, { maxLength: 8 }), (classes) => {
        expect(readClasses(bytes(classesText(classes)), 'classes.csv')).toEqual(classes);
      }),
    );
  });

  test('one of an earlier version is read', () => {
    const earlier = bytes('file_name,label,split,name\r\na/1.png,a,,1.png\r\n');
    expect(isManifest(earlier)).toBe(true);
    expect(readManifest(earlier, 'm.csv')).toEqual([
      { fileName: 'a/1.png', className: 'a', split: null, name: '1.png' },
    ]);
    expect(readClasses(bytes('name\r\nb\r\na\r\n'), 'c.csv')).toEqual([{ name: 'b' }, { name: 'a' }]);
  });

  test.each([
    ['1.png,,,1.png,,blue,,', '"blue" is not a list of tags'],
    ['1.png,,,1.png,,[3],,', '"[3]" is not a list of tags'],
    ['1.png,,,1.png,,,,"[""x""]"', 'is not a list of names'],
    [`1.png,,,1.png,${'n'.repeat(10_001)},,,`, 'a note is longer than 10,000 characters'],
  ])('what it notes is refused where it is something else: %#', (line, reason) => {
    const head = 'file_name,label,split,name,note,tags,excluded,other_names\n';
    expect(() => readManifest(bytes(head + line), 'm.csv')).toThrow(reason);
  });

  test('other tables are not taken for one', () => {
    expect(isManifest(bytes('file_name,label\r\na.png,cat\r\n'))).toBe(false);
    expect(isManifest(bytes('file_name,label,split,names\n'))).toBe(false);
    expect(isManifest(bytes('\ufefffile_name,label,split,name\n'))).toBe(true);
  });

  test('a split that is none is refused, not guessed', () => {
    expect(() => readManifest(bytes('file_name,label,split,name\na.png,cat,tomorrow,a\n'), 'm.csv')).toThrow(
      'm.csv is not a well-formed CSV file: "tomorrow" is not a split',
    );
  });

  test('any bytes are rows or a refusal', () => {
    const start = bytes('file_name,label,split,name\n');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (rest, hasHeader) => {
        try {
          readManifest(hasHeader ? Uint8Array.of(...start, ...rest) : rest, 'm.csv');
        } catch (error) {
          expect(error).toBeInstanceOf(TesseraError);
        }
      }),
    );
  });
});

describe('the files', () => {
  test('each has a path of its own, which every system takes and which stays in the folder', () => {
    fc.assert(
      fc.property(fc.array(picture, { maxLength: 10 }), (pictures) => {
        const paths = filePaths(pictures);
        expect(new Set(paths.map((path) => path.normalize('NFC').toLowerCase())).size).toBe(paths.length);
        for (const path of paths) {
          expect(nameInside(path)).toBe(path);
          for (const part of path.split('/')) {
            expect(part).toMatch(/^[^<>:"|?*\\\p{Cc}]+$/u);
            expect(part).not.toMatch(/^[. ]|[. ]$/);
            expect(isReservedName(part)).toBe(false);
          }
        }
      }),
    );
  });

  test('long names are cut before their ending', () => {
    const cut = safeSegment(`${'가'.repeat(200)}.jpeg`);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(205);
    expect(cut).toMatch(/^가+\.jpeg$/);
  });

  test('folders are split and class', () => {
    const of = (
      name: string,
      className: string | null,
      split: PortablePicture['split'],
    ): PortablePicture => ({
      ...{ hash: '', name, className, split },
    });
    expect(
      filePaths([
        of('x/1.png', 'cat', 'train'),
        of('y/1.png', 'cat', 'train'),
        of('1.png', 'Cat', 'train'),
        of('1.png', null, null),
        of('1.png', 'unlabeled', 'test'),
      ]),
    ).toEqual([
      'train/cat/1.png',
      'train/cat/1 (2).png',
      'train/Cat (2)/1.png',
      'unassigned/unlabeled/1.png',
      'test/unlabeled (2)/1.png',
    ]);
    expect(filePaths([of('1.png', 'cat', null)])).toEqual(['cat/1.png']);
  });
});
