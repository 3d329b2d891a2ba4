import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPlainPng } from '../../../app/formats/images/plain-png.ts';
import { findInCifar } from '../../../app/formats/layouts/cifar-layout.ts';
import { collected, errorOf, fileOf, resultOrRefusal, TempFolder, understand } from './sources.ts';

const pixels = 3 * 1024;

/** A batch with these labels before the pixels; every picture is red 1, green 2, blue 3. */
const batch = (...records: number[][]): Buffer =>
  Buffer.concat(
    records.flatMap((labels) => [
      Buffer.from(labels),
      Buffer.alloc(1024, 1),
      Buffer.alloc(1024, 2),
      Buffer.alloc(1024, 3),
    ]),
  );

describe('CIFAR', () => {
  test('CIFAR-10 with the names of its classes', async () => {
    using folder = new TempFolder();
    folder.put({
      'cifar-10-batches-bin/batches.meta.txt': 'airplane\nautomobile\nbird\n\n',
      'cifar-10-batches-bin/data_batch_1.bin': batch([2], [0]),
      'cifar-10-batches-bin/data_batch_2.bin': batch([1]),
      'cifar-10-batches-bin/test_batch.bin': batch([2]),
      'cifar-10-batches-bin/readme.html': '<p>',
    });
    const found = await understand(folder.path);
    const at = 'cifar-10-batches-bin';
    expect(found).toEqual({
      layout: 'cifar',
      pictures: [
        `${at}/data_batch_1/1.png airplane train`,
        `${at}/data_batch_2/0.png automobile train`,
        `${at}/data_batch_1/0.png bird train`,
        `${at}/test_batch/0.png bird test`,
      ],
      skipped: [],
    });
    expect(await understand(folder.path, 'cifar')).toEqual(found);
    const files = ['data_batch_1.bin', 'test_batch.bin'].map((name) => folder.at(`${at}/${name}`));
    expect((await understand(files)).pictures).toEqual([
      'data_batch_1/1.png 0 train',
      'data_batch_1/0.png 2 train',
      'test_batch/0.png 2 test',
    ]);
  });

  test('CIFAR-100: the second label counts', async () => {
    using folder = new TempFolder();
    folder.put({
      'fine_label_names.txt': 'apple\r\nbear\r\n',
      'coarse_label_names.txt': 'fruit\r\n',
      'train.bin': batch([19, 1], [4, 0]),
      'test.bin': batch([4, 1]),
    });
    expect((await understand(folder.path)).pictures).toEqual([
      'train/1.png apple train',
      'test/0.png bear test',
      'train/0.png bear train',
    ]);
  });

  test('planes become pixels', async () => {
    const found = await findInCifar([fileOf(batch([0]), 'test_batch.bin', 1000)]);
    const [picture] = await collected(found?.pictures() ?? []);
    const { width, height, pixels: read } = readPlainPng((await picture?.read()) ?? Buffer.alloc(0)) ?? {};
    expect([width, height]).toEqual([32, 32]);
    expect(read?.subarray(0, 6)).toEqual(Uint8Array.of(1, 2, 3, 1, 2, 3));
    expect(read?.subarray(-3)).toEqual(Uint8Array.of(1, 2, 3));
  });

  test.each<[string, Buffer, RegExp]>([
    [
      'a file that is cut',
      batch([0]).subarray(1),
      /3072 bytes are not a whole number of CIFAR-10 or CIFAR-100 pictures/,
    ],
    ['nothing', Buffer.alloc(0), /0 bytes are not a whole number/],
    ['a label without a class', batch([0], [10]), /picture 1 has label 10 of 10 classes/],
  ])('refuses %s', async (_, bytes, reason) => {
    const error = await errorOf(
      (async () =>
        collected((await findInCifar([fileOf(bytes, 'test_batch.bin', 999)]))?.pictures() ?? []))(),
    );
    expect(error.code).toBe('fileMalformed');
    expect(error.message).toMatch(reason);
  });

  test('any bytes are read or refused', async () => {
    const length = fc.constantFrom(0, 1, pixels, pixels + 1, pixels + 2, 2 * pixels + 2);
    const bytes = fc.tuple(length, fc.uint8Array({ maxLength: 20 })).map(([size, head]) => {
      const file = Buffer.alloc(size);
      file.set(head.subarray(0, size));
      return file;
    });
    const names = fc.uint8Array({ maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(bytes, bytes, names, (first, second, text) =>
        resultOrRefusal(async () => {
          const files = [
            fileOf(first, 'train.bin', 999),
            fileOf(second, 'test.bin', 999),
            fileOf(text, 'batches.meta.txt'),
          ];
          const found = await findInCifar(files);
          for (const { read } of await collected(found?.pictures() ?? [])) await read();
        }),
      ),
    );
  });
});
