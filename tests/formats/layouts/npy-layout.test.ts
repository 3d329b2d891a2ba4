import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPlainPng } from '../../../app/formats/images/plain-png.ts';
import { findInNpy } from '../../../app/formats/layouts/npy-layout.ts';
import { collected, errorOf, fileOf, resultOrRefusal, TempFolder, understand, zip } from './sources.ts';

/** An array as NumPy writes it. */
function npy(descr: string, shape: number[], values: Uint8Array | number[], order = 'False'): Buffer {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${tuple}), }`.padEnd(117) + '\n';
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    length,
    Buffer.from(header),
    Buffer.from(values),
  ]);
}

/** Grey pictures of 2×2, the number of each in its first pixel. */
const grey = (count: number, first = 0): Buffer =>
  npy(
    '|u1',
    [count, 2, 2],
    Array.from({ length: 4 * count }, (_, place) => (place % 4 === 0 ? first + place / 4 : 7)),
  );

const int64 = (...labels: number[]): Buffer => {
  const values = Buffer.alloc(8 * labels.length);
  labels.forEach((label, place) => values.writeBigInt64LE(BigInt(label), 8 * place));
  return npy('<i8', [labels.length, 1], values);
};

const unicode = (...texts: string[]): Buffer => {
  const width = Math.max(...texts.map((text) => text.length));
  const values = Buffer.alloc(4 * width * texts.length);
  texts.forEach((text, row) =>
    [...text].forEach((letter, column) =>
      values.writeUInt32LE(letter.codePointAt(0) ?? 0, 4 * (row * width + column)),
    ),
  );
  return npy(`<U${width}`, [texts.length], values);
};

const npz = (files: Record<string, Buffer>): Buffer =>
  zip(Object.entries(files).map(([name, data]) => ({ name: `${name}.npy`, data, method: 8 })));

describe('npz', () => {
  test('x_train, y_train, x_test, y_test: splits, and classes in the order of their numbers', async () => {
    using folder = new TempFolder();
    folder.put({
      'digits.npz': npz({
        x_test: grey(1, 9),
        y_test: int64(10),
        x_train: grey(3),
        y_train: int64(10, 2, 2),
      }),
    });
    expect(await understand(folder.at('digits.npz'))).toEqual({
      layout: 'npz',
      pictures: [
        'x_train/1.png 2 train',
        'x_train/0.png 10 train',
        'x_train/2.png 2 train',
        'x_test/0.png 10 test',
      ],
      skipped: [],
    });
  });

  test('images and labels with the names of the classes, in their order', async () => {
    using folder = new TempFolder();
    folder.put({
      'a.npz': npz({
        images: grey(3),
        labels: npy('|u1', [3], [1, 0, 1]),
        class_names: unicode('zebra', '고양이'),
      }),
    });
    expect((await understand(folder.at('a.npz'))).pictures).toEqual([
      'images/1.png zebra -',
      'images/0.png 고양이 -',
      'images/2.png 고양이 -',
    ]);
  });

  test('labels that are texts', async () => {
    using folder = new TempFolder();
    folder.put({ 'a.npz': npz({ x: grey(2), y: unicode('dog', 'cat') }) });
    expect((await understand(folder.at('a.npz'))).pictures).toEqual(['x/1.png cat -', 'x/0.png dog -']);
  });

  test('pictures without labels, and .npy files in a folder', async () => {
    using folder = new TempFolder();
    folder.put({ 'val_images.npy': grey(2), 'readme.txt': 'x', 'notes.doc': 'x' });
    expect(await understand(folder.path)).toEqual({
      layout: 'npz',
      pictures: ['val_images/0.png - val', 'val_images/1.png - val'],
      skipped: [{ path: folder.at('notes.doc'), reason: 'it is not a NumPy array' }],
    });
  });

  test.each([
    ['channels last', [1, 2, 1, 3], [1, 2, 3, 4, 5, 6]],
    ['channels first', [1, 3, 2, 1], [1, 4, 2, 5, 3, 6]],
  ])('colour with %s', async (_, shape, values) => {
    const found = await findInNpy([fileOf(npy('|u1', shape, values), 'x.npy')]);
    const [picture] = await collected(found?.pictures() ?? []);
    expect(readPlainPng((await picture?.read()) ?? new Uint8Array())).toEqual({
      ...{ width: 1, height: 2, channels: 3 },
      pixels: Uint8Array.of(1, 2, 3, 4, 5, 6),
    });
  });

  test.each<[string, Record<string, Buffer>, RegExp]>([
    ['floats', { x: npy('<f4', [1, 1, 1], [0, 0, 0, 0]) }, /it holds <f4; save pictures as bytes/],
    ['objects', { x: npy('|O', [1], []) }, /Python objects, which are never opened/],
    [
      'flat rows',
      { x: npy('|u1', [1, 4], [1, 2, 3, 4]) },
      /shape \(1, 4\) holds neither pictures nor labels/,
    ],
    ['four channels', { x: npy('|u1', [1, 2, 2, 4], Buffer.alloc(16)) }, /no list of grey or RGB pictures/],
    ['Fortran order', { x: npy('|u1', [1, 2, 2], [1, 2, 3, 4], 'True') }, /Fortran order/],
    ['too few labels', { x: grey(2), y: int64(1) }, /1 labels for the 2 pictures of x\.npy/],
    ['cut pictures', { x: grey(2).subarray(0, -1) }, /promises 2 pictures, but it ends after 1/],
    ['more than promised', { x: Buffer.concat([grey(1), Buffer.of(1)]) }, /more bytes follow/],
    ['a lie about the number', { x: npy('|u1', [4_000_000_000, 2, 2], []) }, /promises 4000000000 of them/],
    ['no array', { x: Buffer.from('hello') }, /does not begin with the magic/],
  ])('refuses %s, saying what to do', async (_, files, sentence) => {
    using folder = new TempFolder();
    folder.put({ 'a.npz': npz(files) });
    const error = await errorOf(understand(folder.at('a.npz')));
    expect(error.code).toBe('fileMalformed');
    expect(error.message).toMatch(sentence);
  });

  test('any bytes behind any header are read or refused', async () => {
    const descr = fc.constantFrom('|u1', '<i8', '<i2', '|b1', '<U3', '|S2', '<f4', '|O', '>u2', '<U99999999');
    const shape = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 });
    const array = fc
      .tuple(descr, shape, fc.uint8Array({ maxLength: 64 }))
      .map(([type, sizes, values]) => npy(type, sizes, values));
    const any = fc.oneof(array, fc.uint8Array({ maxLength: 40 }));
    const name = fc.constantFrom('x', 'y', 'x_train', 'train_labels', 'class_names');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, any), { maxLength: 4 }), (files) =>
        resultOrRefusal(async () => {
          const found = await findInNpy(files.map(([each, bytes]) => fileOf(bytes, `${each}.npy`)));
          for (const { read } of await collected(found?.pictures() ?? [])) await read();
        }),
      ),
      { numRuns: 300 },
    );
  });
});
