import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DiskFile, walkFolder } from '../../../app/formats/layouts/disk-files.ts';
import { inNaturalOrder } from '../../../app/formats/layouts/natural-order.ts';
import { collected, errorOf, png, pngs, TempFolder, understand } from './sources.ts';

const onWindows = process.platform === 'win32';
const asRoot = process.getuid?.() === 0;

const reasons = (skipped: { path: string; reason: string }[]): string[] =>
  skipped.map(({ path, reason }) => `${path.slice(path.lastIndexOf('/') + 1)}: ${reason}`).toSorted();

describe('walking a folder', () => {
  test('files at every depth, in the order in which people sort', async () => {
    using folder = new TempFolder();
    folder.put(pngs('b/10.png', 'b/9.png', 'a/x/1.png', '2.png', 'b/010.png'));
    const { files, skipped } = await walkFolder(folder.path, 'p/');
    expect(skipped).toEqual([]);
    expect(inNaturalOrder(files).map(({ name }) => name)).toEqual([
      'p/2.png',
      'p/a/x/1.png',
      'p/b/9.png',
      'p/b/010.png',
      'p/b/10.png',
    ]);
  });

  test('what systems leave behind is passed over without a word', async () => {
    using folder = new TempFolder();
    folder.put(pngs('cat/1.png', 'cat/.hidden.png', '.git/1.png', '__MACOSX/cat/._1.png'));
    folder.put({
      '.DS_Store': 'x',
      'cat/Thumbs.db': 'x',
      'dog/desktop.ini': 'x',
      'README.md': 'x',
      LICENSE: 'x',
    });
    expect(await understand(folder.path)).toMatchObject({ pictures: ['cat/1.png cat -'], skipped: [] });
  });

  const odd = [
    'two\nlines.png',
    `it's "quoted".png`,
    '-rf',
    '-rf.png',
    `${'n'.repeat(246)}.png`,
    'CON.png',
    '\u202egnp.png',
    '$(touch x).png',
    'caf\u00e9.png',
    'cafe\u0301.png',
    'A.PNG',
    'a.png',
    '=cmd().png',
    '__proto__.png',
  ];
  test.skipIf(onWindows)('odd names are kept as they are', async () => {
    using folder = new TempFolder();
    folder.put(Object.fromEntries(odd.map((name, index) => [`cat/${name}`, png(index)])));
    // Some disks take names in two forms, or in two cases, for one.
    const there = readdirSync(folder.at('cat'));
    const { pictures, skipped } = await understand([folder.path]);
    expect(pictures.toSorted()).toEqual(there.map((name) => `cat/${name} cat -`).toSorted());
    expect(skipped).toEqual([]);
  });

  test.skipIf(onWindows)('links are never followed, out, around or within', async () => {
    using folder = new TempFolder();
    using elsewhere = new TempFolder();
    folder.put(pngs('cat/1.png'));
    elsewhere.put(pngs('secret.png', 'x/secret.png'));
    symlinkSync(elsewhere.at('secret.png'), folder.at('cat/out.png'));
    symlinkSync(elsewhere.at('x'), folder.at('dog'));
    symlinkSync(folder.path, folder.at('cat/loop'));
    symlinkSync('loop.png', folder.at('cat/loop.png'));
    symlinkSync(folder.at('nowhere'), folder.at('cat/dangling.png'));
    const link = 'it is a link; links are not followed';
    const { pictures, skipped } = await understand(folder.path);
    expect(pictures).toEqual(['cat/1.png cat -']);
    expect(reasons(skipped)).toEqual([
      `dangling.png: ${link}`,
      `dog: ${link}`,
      `loop.png: ${link}`,
      `loop: ${link}`,
      `out.png: ${link}`,
    ]);
  });

  test.skipIf(onWindows)('a link that was chosen itself is followed', async () => {
    using folder = new TempFolder();
    folder.put(pngs('real/cat/1.png', 'one.png'));
    symlinkSync(folder.at('real'), folder.at('chosen'));
    symlinkSync(folder.at('one.png'), folder.at('chosen.png'));
    expect((await understand(folder.at('chosen'))).pictures).toEqual(['cat/1.png cat -']);
    expect((await understand(folder.at('chosen.png'))).pictures).toEqual(['one.png - -']);
  });

  test('a second name of the same file is a file', async () => {
    using folder = new TempFolder();
    folder.put(pngs('cat/1.png'));
    linkSync(folder.at('cat/1.png'), folder.at('cat/2.png'));
    expect((await understand(folder.path)).pictures).toEqual(['cat/1.png cat -', 'cat/2.png cat -']);
  });

  test.skipIf(onWindows)('a pipe called like a picture is not waited for', async () => {
    using folder = new TempFolder();
    folder.put(pngs('cat/1.png'));
    execFileSync('mkfifo', [folder.at('cat/x.jpg')]);
    const { pictures, skipped } = await understand(folder.path);
    expect(pictures).toEqual(['cat/1.png cat -']);
    expect(reasons(skipped)).toEqual(['x.jpg: it is not a regular file']);
    expect((await errorOf(understand(folder.at('cat/x.jpg')))).code).toBe('fileUnreadable');
    // One that took the place of a picture after the folder was listed.
    const reading = errorOf(new DiskFile('x.jpg', folder.at('cat/x.jpg')).read());
    expect((await reading).message).toMatch(/x.jpg cannot be read: it is not a regular file/);
  });

  test.skipIf(process.platform !== 'linux')('a name that is no UTF-8 is passed over', async () => {
    using folder = new TempFolder();
    folder.put(pngs('cat/1.png'));
    writeFileSync(
      Buffer.concat([Buffer.from(folder.at('cat/b\u00e4r')), Buffer.from([0xff]), Buffer.from('.png')]),
      png(1),
    );
    mkdirSync(Buffer.concat([Buffer.from(folder.at('d')), Buffer.from([0xfe])]));
    const { pictures, skipped } = await understand(folder.path);
    expect(pictures).toEqual(['cat/1.png cat -']);
    expect(reasons(skipped)).toEqual([
      'b\u00e4r\ufffd.png: its name is not valid UTF-8; rename it',
      'd\ufffd: its name is not valid UTF-8; rename it',
    ]);
  });

  // Root may read everything.
  test.skipIf(onWindows || asRoot)('a folder without permission is passed over', async () => {
    using folder = new TempFolder();
    folder.put(pngs('cat/1.png', 'dog/1.png'));
    chmodSync(folder.at('dog'), 0);
    try {
      const { pictures, skipped } = await understand(folder.path);
      expect(pictures).toEqual(['cat/1.png cat -']);
      expect(reasons(skipped)).toEqual(['dog: permission denied']);
      expect((await errorOf(understand(folder.at('dog')))).message).toMatch(/permission denied/);
    } finally {
      chmodSync(folder.at('dog'), 0o755);
    }
  });

  test('what is cancelled ends with the reason', async () => {
    using folder = new TempFolder();
    folder.put(pngs('cat/1.png'));
    const reason = new Error('enough');
    await expect(walkFolder(folder.path, '', AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('a file on the disk', () => {
  test('whole, in chunks, and only its beginning', async () => {
    using folder = new TempFolder();
    const bytes = Buffer.alloc(600_000, 'tessera');
    folder.put({ x: bytes });
    const file = new DiskFile('x', folder.at('x'));
    expect(await file.size()).toBe(600_000);
    expect(Buffer.compare(await file.read(), bytes)).toBe(0);
    const chunks = await collected(file.stream());
    expect(chunks.length).toBeGreaterThan(1);
    expect(Buffer.compare(Buffer.concat(chunks), bytes)).toBe(0);
    for await (const chunk of file.stream()) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
  });

  test('one that is gone, and one that became a folder', async () => {
    using folder = new TempFolder();
    folder.put(pngs('a.png', 'b.png'));
    const [gone, changed] = [new DiskFile('a', folder.at('a.png')), new DiskFile('b', folder.at('b.png'))];
    rmSync(gone.path);
    rmSync(changed.path);
    mkdirSync(changed.path);
    expect((await errorOf(gone.read())).code).toBe('fileNotFound');
    expect((await errorOf(collected(gone.stream()))).code).toBe('fileNotFound');
    expect((await errorOf(changed.read())).code).toBe('fileUnreadable');
  });
});
