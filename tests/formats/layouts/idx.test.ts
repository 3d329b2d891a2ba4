import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findInIdx } from '../../../app/formats/layouts/idx-layout.ts';
import { readPlainPng } from '../../../app/formats/images/plain-png.ts';
import {
  collected,
  errorOf,
  fileOf,
  idx,
  idxLabels,
  idxPictures,
  png,
  resultOrRefusal,
  TempFolder,
  understand,
} from './sources.ts';

const digits = {
  'train-images-idx3-ubyte': idxPictures(4),
  'train-labels-idx1-ubyte': idxLabels(5, 0, 5, 9),
  't10k-images-idx3-ubyte': idxPictures(2),
  't10k-labels-idx1-ubyte': idxLabels(9, 0),
};
/** The first of every class in front, the training set before the test set. */
const understood = [
  'train/1.png 0 train',
  'train/0.png 5 train',
  'train/3.png 9 train',
  'train/2.png 5 train',
  't10k/0.png 9 test',
  't10k/1.png 0 test',
];

describe('IDX', () => {
  test('four files, as a folder and as files', async () => {
    using folder = new TempFolder();
    folder.put(digits);
    const asFolder = await understand(folder.path);
    expect(asFolder).toEqual({ layout: 'idx', pictures: understood, skipped: [] });
    expect(await understand(folder.path, 'idx')).toEqual(asFolder);
    expect(await understand(Object.keys(digits).map((name) => folder.at(name)))).toEqual(asFolder);
  });

  test('gzipped ones are told by their first bytes, whatever they are called', async () => {
    using folder = new TempFolder();
    const { 'train-images-idx3-ubyte': pictures, 'train-labels-idx1-ubyte': labels } = digits;
    folder.put({ 'images.bin': gzipSync(pictures), 'y.gz': labels, 'README.txt': 'about them' });
    const { layout, pictures: found } = await understand(folder.path);
    expect(layout).toBe('idx');
    expect(found).toEqual(['bin/1.png 0 -', 'bin/0.png 5 -', 'bin/3.png 9 -', 'bin/2.png 5 -']);
  });

  test('the pixels are those of the file, in grey and in colour', async () => {
    const grey = await findInIdx([fileOf(idx(8, [1, 2, 3], Uint8Array.of(1, 2, 3, 4, 5, 6)))]);
    const colour = await findInIdx([fileOf(idx(8, [1, 1, 2, 3], Uint8Array.of(1, 2, 3, 4, 5, 6)))]);
    const [first] = await collected(grey?.pictures() ?? []);
    const [second] = await collected(colour?.pictures() ?? []);
    const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6);
    expect(readPlainPng(await (first as { read(): Promise<Uint8Array> }).read())).toEqual({
      width: 3,
      height: 2,
      channels: 1,
      pixels,
    });
    expect(readPlainPng(await (second as { read(): Promise<Uint8Array> }).read())).toEqual({
      width: 2,
      height: 1,
      channels: 3,
      pixels,
    });
  });

  test('pictures alone have no class; labels alone are passed over', async () => {
    using folder = new TempFolder();
    folder.put({
      'train-images': idxPictures(1),
      't10k-images': idxPictures(1),
      'other-labels': idxLabels(1),
    });
    const { pictures, skipped } = await understand(folder.path);
    expect(pictures).toEqual(['train/0.png - train', 't10k/0.png - test']);
    expect(skipped).toEqual([
      { path: folder.at('other-labels'), reason: 'there are no pictures for these labels' },
    ]);
  });

  test('the same set twice, zipped and not, in the folders that one archiver makes', async () => {
    using folder = new TempFolder();
    const [pictures, labels] = [idxPictures(1), idxLabels(3)];
    folder.put({
      'train-images.idx3-ubyte': pictures,
      'train-images-idx3-ubyte/train-images-idx3-ubyte': pictures,
      'train-labels.idx1-ubyte': labels,
      'train-labels-idx1-ubyte/train-labels-idx1-ubyte.gz': gzipSync(labels),
    });
    const { pictures: found, skipped } = await understand(folder.path);
    expect(found).toEqual(['train/0.png 3 train']);
    expect(skipped.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/is taken in its place/),
      expect.stringMatching(/is taken in its place/),
    ]);
  });

  test('two sets in two folders are not mixed up', async () => {
    using folder = new TempFolder();
    folder.put({
      'a/train-images': idxPictures(1),
      'a/train-labels': idxLabels(1),
      'b/train-images': idxPictures(2),
      'b/train-labels': idxLabels(2, 2),
    });
    expect((await understand(folder.path)).pictures).toEqual([
      'a/train/0.png 1 train',
      'b/train/0.png 2 train',
      'b/train/1.png 2 train',
    ]);
  });

  test('pictures beside them win, and the IDX files are said to be passed over', async () => {
    using folder = new TempFolder();
    folder.put({ ...digits, 'cat/1.png': png() });
    const { layout, pictures, skipped } = await understand(folder.path);
    expect([layout, pictures]).toEqual(['folders', ['cat/1.png cat -']]);
    expect(skipped).toHaveLength(4);
    expect((await understand(folder.path, 'idx')).pictures).toEqual(understood);
  });

  const labels = idxLabels(0, 1);
  const pictures = idxPictures(2);
  test.each<[string, Uint8Array, Uint8Array, RegExp]>([
    ['cut pictures', pictures.subarray(0, -1), labels, /^images .*promises 2 pictures, but it ends after 1/],
    [
      'bytes behind the last picture',
      Buffer.concat([pictures, Buffer.of(1)]),
      labels,
      /but more bytes follow/,
    ],
    [
      'a picture more than promised',
      Buffer.concat([pictures, Buffer.alloc(6)]),
      labels,
      /but more bytes follow/,
    ],
    ['cut labels', pictures, labels.subarray(0, -1), /^labels .*promises 2 labels, but it ends after 1/],
    ['labels that go on', pictures, Buffer.concat([labels, Buffer.of(0)]), /^labels .*more bytes follow/],
    [
      'fewer labels than pictures',
      pictures,
      idxLabels(0),
      /^labels .*holds 1 labels for the 2 pictures of images/,
    ],
    ['a cut header', pictures.subarray(0, 9), labels, /^images .*ends within its header/],
    ['pictures of no size', idx(8, [1, 0, 3], Buffer.alloc(0)), labels, /promises pictures of 3×0 pixels/],
    [
      'pictures of terabytes',
      idx(8, [9, 4e9, 4e9], Buffer.alloc(9)),
      labels,
      /promises pictures of 4000000000×/,
    ],
    ['too many pictures', idx(8, [4e9, 1, 1], Buffer.alloc(9)), labels, /promises 4000000000 of them/],
    ['gzip that is cut', gzipSync(pictures).subarray(0, -12), labels, /^images .*well-formed gzip file/],
    ['gzip that holds nothing', Buffer.from([0x1f, 0x8b, 1, 2, 3]), labels, /well-formed gzip file/],
    ['a bomb', gzipSync(Buffer.concat([pictures, Buffer.alloc(50_000_000)])), labels, /more bytes follow/],
  ])('refuses %s', async (_, first, second, reason) => {
    const call = async () => {
      const found = await findInIdx([fileOf(first, 'images', 1e6), fileOf(second, 'labels')]);
      return collected(found?.pictures() ?? []);
    };
    const error = await errorOf(call());
    expect(error.code).toBe('fileMalformed');
    expect(error.message).toMatch(reason);
  });

  test('other types of numbers are passed over with the reason', async () => {
    using folder = new TempFolder();
    folder.put({ 'train-images': idxPictures(1), 'train-weights': idx(0x0d, [1], Buffer.alloc(4)) });
    expect((await understand(folder.path)).skipped).toEqual([
      { path: folder.at('train-weights'), reason: 'it holds neither pictures nor labels of unsigned bytes' },
    ]);
  });

  test('a file that was said to be IDX and is not', async () => {
    using folder = new TempFolder();
    folder.put({ x: 'hello', 'y/z': 'hello' });
    expect((await errorOf(understand(folder.at('x'), 'idx'))).message).toMatch(/well-formed IDX file/);
    expect((await errorOf(understand(folder.at('y'), 'idx'))).code).toBe('importEmpty');
  });

  test('any bytes are read or refused', async () => {
    const sound = Buffer.concat([pictures, Buffer.alloc(3)]);
    const mutated = fc
      .tuple(
        fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 4 }),
        fc.nat(sound.length),
      )
      .map(([changes, length]) => {
        const file = Buffer.from(sound);
        for (const [place, byte] of changes) file[place] = byte;
        return file.subarray(0, length);
      });
    const zipped = mutated.map((file) => gzipSync(file));
    const bytes = fc.oneof(
      mutated,
      zipped,
      zipped.map((file) => file.subarray(0, -5)),
      fc.uint8Array(),
    );
    await fc.assert(
      fc.asyncProperty(bytes, bytes, (first, second) =>
        resultOrRefusal(async () => {
          const found = await findInIdx([fileOf(first, 'images'), fileOf(second, 'labels')]);
          for (const { read } of await collected(found?.pictures() ?? [])) await read();
        }),
      ),
      { numRuns: 500 },
    );
  });
});
