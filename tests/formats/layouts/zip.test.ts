import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findPictures } from '../../../app/formats/layouts/find-pictures.ts';
import { foldedName, unsafeEntry } from '../../../app/formats/layouts/zip-names.ts';
import {
  errorOf,
  idx,
  idxLabels,
  idxPictures,
  png,
  resultOrRefusal,
  TempFolder,
  understand,
  zip,
  type Understood,
  type ZippedFile,
} from './sources.ts';

async function zipped(files: readonly ZippedFile[]): Promise<Understood> {
  using folder = new TempFolder();
  folder.put({ 'x.zip': zip(files) });
  const found = await understand(folder.at('x.zip'));
  const inside = ({ path, reason }: { path: string; reason: string }) => ({
    path: path.slice(folder.path.length),
    reason,
  });
  return { ...found, skipped: found.skipped.map(inside) };
}

const picture = (name: string, number = 0): ZippedFile => ({ name, data: png(number) });

describe('zip', () => {
  test('its folders are understood as those of the disk', async () => {
    const found = await zipped([
      { name: 'set/' },
      picture('set/train/cat/1.png'),
      { ...picture('set/train/dog/10.png', 1), method: 8 },
      picture('set/train/dog/9.png', 2),
      picture('set/test/cat/a.PNG', 3),
      picture('__MACOSX/set/train/cat/._1.png', 4),
      picture('set/.hidden/1.png', 5),
      { name: 'set/README.txt', data: 'about it' },
      { name: 'set/notes.doc', data: 'about it' },
    ]);
    expect(found).toEqual({
      layout: 'zip',
      pictures: [
        'set/test/cat/a.PNG cat test',
        'set/train/cat/1.png cat train',
        'set/train/dog/9.png dog train',
        'set/train/dog/10.png dog train',
      ],
      skipped: [
        { path: '/x.zip/set/notes.doc', reason: expect.stringMatching(/^its name is not that of a JPEG/) },
      ],
    });
  });

  test('a list in it counts', async () => {
    const { layout, pictures, skipped } = await zipped([
      { name: 'manifest.csv', data: 'file_name,label,split\nimages/1.png,cat,val\nimages/3.png,dog,test\n' },
      picture('images/1.png'),
      picture('images/2.png', 1),
    ]);
    expect(layout).toBe('zip');
    expect(pictures).toEqual(['images/1.png cat val', 'images/2.png images -']);
    expect(skipped).toEqual([
      { path: '/x.zip/manifest.csv', reason: 'it lists images/3.png, which is not there' },
    ]);
  });

  test('IDX files in it, gzipped or not', async () => {
    const { layout, pictures } = await zipped([
      { name: 'train-images-idx3-ubyte', data: idxPictures(2), method: 8 },
      { name: 'train-labels-idx1-ubyte.gz', data: gzipSync(idxLabels(1, 0)) },
    ]);
    expect([layout, pictures]).toEqual(['zip', ['train/1.png 0 train', 'train/0.png 1 train']]);
  });

  test('it is told by its first bytes, and said to be broken when it is called one', async () => {
    using folder = new TempFolder();
    folder.put({
      'no extension': zip([picture('cat/1.png')]),
      'broken.zip': 'PK',
      'cut.zip': zip([picture('a/1.png')]).subarray(0, -4),
    });
    expect((await understand(folder.at('no extension'))).layout).toBe('zip');
    for (const name of ['broken.zip', 'cut.zip']) {
      const error = await errorOf(understand(folder.at(name)));
      expect([error.code, error.details['format']]).toEqual(['fileMalformed', 'zip']);
    }
    folder.put({ 'x.png': png() });
    expect((await errorOf(understand(folder.at('x.png'), 'zip'))).message).toMatch(/well-formed zip file/);
  });

  test('several are folders of their names', async () => {
    using folder = new TempFolder();
    folder.put({
      'cat.zip': zip([picture('1.png')]),
      'dog.zip': zip([picture('1.png', 1)]),
      'bird/1.png': png(2),
    });
    const { layout, pictures } = await understand(
      ['cat.zip', 'dog.zip', 'bird'].map((name) => folder.at(name)),
    );
    expect(layout).toBe('zip');
    expect(pictures).toEqual(['bird/1.png bird -', 'cat/1.png cat -', 'dog/1.png dog -']);
  });

  test('names in UTF-8 that do not say so, and in the first code page of PCs', async () => {
    const { pictures } = await zipped([
      { ...picture('caf\u00e9/1.png'), flags: 0 },
      { ...picture('x'), name: Buffer.from('M\x84use/1.png', 'latin1'), flags: 0 },
    ]);
    expect(pictures).toEqual(['café/1.png café -', 'Mäuse/1.png Mäuse -']);
    const { skipped } = await zipped([
      picture('a/1.png'),
      { ...picture('x'), name: Buffer.from('a/\xff.png', 'latin1') },
    ]);
    expect(skipped).toEqual([{ path: '/x.zip/a/\ufffd.png', reason: 'its name is not valid UTF-8' }]);
  });

  const odd = [
    'two\nlines.png',
    `it's "quoted".png`,
    '-rf.png',
    `${'n'.repeat(246)}.png`,
    '=cmd().png',
    '__proto__.png',
    './dot.png',
    'a//b.png',
  ];
  test('odd names that are harmless', async () => {
    const { pictures, skipped } = await zipped(odd.map((name, index) => picture(name, index)));
    expect(pictures).toHaveLength(odd.length);
    expect(skipped).toEqual([]);
  });

  const good = picture('cat/1.png');
  test.each<[string, ZippedFile[], RegExp]>([
    [
      'an absolute path',
      [good, picture('/etc/x.png')],
      /was refused: it holds an absolute path, "\/etc\/x.png"/,
    ],
    ['a drive', [picture('C:/x.png')], /absolute path/],
    ['a drive without a slash', [picture('c:x.png')], /absolute path/],
    ['a path that leads out', [picture('cat/../../x.png')], /leads out of it/],
    ['a backslash', [picture('cat\\x.png')], /backslash/],
    ['a NUL', [picture('x.png\0.txt')], /NUL/],
    ['a link', [{ ...good, unixMode: 0o120777 }], /a link or a device/],
    ['a pipe', [{ ...good, unixMode: 0o010644 }], /a link or a device/],
    ['a device of Windows', [picture('cat/CON.png')], /Windows keeps for a device/],
    ['a device of Windows as a folder', [picture('aux/1.png')], /Windows keeps for a device/],
    [
      'names that differ in case',
      [picture('cat/A.png'), picture('Cat/a.PNG', 1)],
      /some systems take for one/,
    ],
    [
      'names that differ in form',
      [picture('\u00e9.png'), picture('e\u0301.png', 1)],
      /some systems take for one/,
    ],
    ['the same name twice', [good, good], /some systems take for one/],
    ['an encrypted file', [{ ...good, flags: 0x801, size: png().length - 12 }], /it is encrypted; unpack it/],
    ['a file encrypted strongly', [{ ...good, flags: 0x841 }], /it is encrypted; unpack it/],
    ['unsafe names of files that would be passed over', [good, picture('.x/../../y')], /leads out of it/],
  ])('refuses %s', async (_, files, reason) => {
    const error = await errorOf(zipped(files));
    expect(error.code).toBe('archiveUnsafe');
    expect(error.message).toMatch(reason);
  });

  test('refuses bombs: one file, and many that are small', async () => {
    const blank = Buffer.alloc(66 * 1024 ** 2);
    const one = errorOf(zipped([good, { name: 'cat/2.png', data: blank, method: 8 }]));
    expect((await one).message).toMatch(/refused: it would unpack to more than 200 times its size/);
    const part = blank.subarray(0, 10 * 1024 ** 2);
    const many = Array.from({ length: 10 }, (_, index) => ({
      name: `cat/${index}.png`,
      data: part,
      method: 8,
    }));
    expect((await errorOf(zipped(many))).message).toMatch(/more than 200 times its size/);
    const claims = Array.from({ length: 70 }, (_, index) => ({
      name: `${index}.png`,
      size: 0xfffffff0,
      method: 8,
    }));
    expect((await errorOf(zipped([...claims]))).code).toBe('archiveUnsafe');
  });

  test('a damaged picture does not stop the rest, and none becomes longer than the list says', async () => {
    using folder = new TempFolder();
    const files = zip([
      { name: '1.png', data: png(1), crc32: 1 },
      { name: '2.png', data: Buffer.alloc(5_000_000), method: 8, size: 10 },
      { name: '3.png', data: png(3), method: 8, size: 999 },
      { name: '4.png', data: png(4) },
      { name: '5.png', data: png(5), method: 14 },
    ]);
    folder.put({ 'x.zip': files });
    await using found = await findPictures([folder.at('x.zip')], 'auto');
    const outcomes: string[] = [];
    for await (const { name, read } of found.pictures()) {
      outcomes.push(
        await read().then(
          (bytes) => `${name} ${bytes.length}`,
          (error: Error) => `${name} ${error.message.split(': ')[1]}`,
        ),
      );
    }
    expect(outcomes).toEqual([
      '1.png it is damaged in the archive. Check its permissions and try again.',
      '2.png it is longer than the archive says. Check its permissions and try again.',
      '3.png it is damaged in the archive. Check its permissions and try again.',
      `4.png ${png(4).length}`,
    ]);
    expect(found.skipped).toEqual([
      {
        path: `${folder.at('x.zip')}/5.png`,
        reason: 'it is compressed in a way that Tessera does not read (14)',
      },
    ]);
  });

  test('the same of a file that is read in chunks', async () => {
    // Long enough for several chunks, packed or not.
    const pictures = idx(8, [7, 300, 300], randomBytes(7 * 300 * 300));
    const whole = await zipped([{ name: 'images', data: pictures, method: 8 }]);
    expect(whole.pictures).toHaveLength(7);
    const longer = await errorOf(
      zipped([{ name: 'images', data: pictures, method: 8, size: pictures.length - 6 }]),
    );
    expect(longer.message).toMatch(/longer than the archive says/);
    const wrong = await errorOf(zipped([{ name: 'images', data: pictures, crc32: 1 }]));
    expect(wrong.message).toMatch(/damaged in the archive/);
  });

  test('an empty archive', async () => {
    expect((await errorOf(zipped([]))).code).toBe('importEmpty');
  });

  test('any bytes are read or refused', async () => {
    const sound = zip([
      picture('a/1.png'),
      { ...picture('b/2.png', 1), method: 8 },
      { name: 'metadata.csv', data: 'file_name,label\na/1.png,x\n', method: 8 },
    ]);
    using folder = new TempFolder();
    const changes = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(20), async (changed, cut) => {
        const file = Buffer.from(sound);
        for (const [place, byte] of changed) file[place] = byte;
        folder.put({ 'x.zip': cut === 1 ? file.subarray(0, -1) : file });
        await resultOrRefusal(() => understand(folder.at('x.zip')));
      }),
      { numRuns: 300 },
    );
  });
});

describe('names in archives', () => {
  test('what is let through stays inside, on every system', () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '', 'con', 'NUL.png', 'lpt1', 'a', 'C:', '\\', '\0', 'Aux'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const names = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(names, (name) => {
        if (unsafeEntry(name, 0) !== null) return;
        expect(name).not.toMatch(/^([\\/]|[a-z]:)|\\|\0/i);
        for (const segment of name.split('/'))
          expect(segment).not.toMatch(/^(\.\.|(con|nul|aux|lpt1)(\..*)?)$/i);
      }),
      { numRuns: 500 },
    );
  });

  test('folding is the same however often', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(foldedName(foldedName(name))).toBe(foldedName(name));
        expect(foldedName(name.normalize('NFD'))).toBe(foldedName(name.normalize('NFC')));
      }),
    );
  });
});
