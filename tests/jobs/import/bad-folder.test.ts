import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { png, pngs, TempFolder, zip } from '../../formats/layouts/sources.ts';
import { claimingPng, noisy, picture, plain } from '../../formats/images/pictures.ts';
import { ImportingProject } from './importing-project.ts';

const isLinux = process.platform === 'linux';
const isWindows = process.platform === 'win32';
const isRoot = process.getuid?.() === 0;
const long = `${'x'.repeat(246)}.png`;

let project: ImportingProject;
let folder: TempFolder;
/** Files that are no pictures for Tessera, each with the sentence that it is passed over with. */
const refused = new Map<string, string>();
/** Odd ones that are taken. */
const taken: string[] = [];

const damaged = 'it is cut short or damaged';
const otherName = 'its name is not that of a JPEG, PNG, WebP, GIF, TIFF, BMP or AVIF picture';
const tooLarge = 'it has more than 100 million pixels';
const noPicture = 'its contents are not a JPEG, PNG, WebP, GIF, TIFF, BMP or AVIF picture';
const link = 'it is a link; links are not followed';

function refuse(name: string, bytes: string | Uint8Array, reason: string): void {
  folder.put({ [`bad/${name}`]: bytes });
  refused.set(folder.at(`bad/${name}`), reason);
}

function take(name: string, bytes: Uint8Array): void {
  folder.put({ [`odd/${name}`]: bytes });
  taken.push(`odd/${name}`);
}

/** Contents that are wrong or odd. */
async function putContents(): Promise<void> {
  refuse('empty.jpg', '', 'the file is empty');
  refuse('text.jpg', 'hello', noPicture);
  refuse('page.jpg', '<!doctype html><script>alert(1)</script>', 'it is a web page');
  refuse(
    'drawing.png',
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'SVG drawings are not read; save it as PNG',
  );
  refuse(
    'phone.jpg',
    Buffer.from('\0\0\0\x18ftypheic\0\0\0\0'),
    'HEIC photos are not read; save it as JPEG or PNG',
  );
  refuse('cut.png', (await noisy(60, 60).png().toBuffer()).subarray(0, 900), damaged);
  refuse('cut.jpg', (await noisy(60, 60).jpeg().toBuffer()).subarray(0, 700), damaged);
  refuse('huge.png', claimingPng(20_000, 20_000, 10), tooLarge);
  refuse('lies.png', claimingPng(900, 900, 10), damaged);
  refuse('cut.webp', (await noisy(60, 60).webp().toBuffer()).subarray(0, 700), damaged);
  refuse('cut.gif', (await noisy(60, 60).gif().toBuffer()).subarray(0, 900), damaged);
  // Its directory lies at its end, and without that nobody knows more than that it is a TIFF.
  refuse(
    'cut.tif',
    (await noisy(60, 60).tiff().toBuffer()).subarray(0, 900),
    'it is a variant of its format that is not supported; save it anew as JPEG or PNG',
  );
  refuse('cut.avif', (await noisy(60, 60).avif().toBuffer()).subarray(0, 900), damaged);
  refuse('huge.tif', hugeTiff(), tooLarge);
  refuse('packed.bmp', packedBmp(), 'this kind of compressed BMP is not read; save it as PNG');
  refuse('archive.jpg', zip([{ name: '1.png', data: png(5000) }]), noPicture);
  refuse('notes.txt', 'about them', otherName);
  refuse('list.pdf', '%PDF-1.7', otherName);

  const values = Array.from({ length: 48 }, (_, index) => (index * 37) % 256);
  const four = picture(values, { width: 4, height: 4, channels: 3 });
  take('thin.png', await plain(1, 30_000, '#123456').png().toBuffer());
  take('wide.jpg', await plain(65_500, 1, '#654321').jpeg().toBuffer());
  take('cmyk.jpg', await four.clone().toColourspace('cmyk').jpeg().toBuffer());
  take('deep.png', await four.clone().toColourspace('rgb16').png().toBuffer());
  take('grey.png', await four.clone().greyscale().png().toBuffer());
  take('palette.png', await four.clone().png({ palette: true }).toBuffer());
  take('alpha.png', await four.clone().ensureAlpha(0.5).png().toBuffer());
  take('really-a-jpeg.png', await four.clone().jpeg().toBuffer());
  take('one.avif', await noisy(20, 20).avif().toBuffer());
  take('one.tif', await noisy(21, 20).tiff({ compression: 'lzw' }).toBuffer());
  take('progressive.jpg', await noisy(22, 20).jpeg({ progressive: true }).toBuffer());
  take('interlaced.png', await noisy(23, 20).png({ progressive: true }).toBuffer());
  take('profile.jpg', withBrokenProfile(await noisy(20, 20).jpeg().toBuffer()));
  for (let orientation = 1; orientation <= 8; orientation++) {
    take(`turned-${orientation}.jpg`, await four.clone().withMetadata({ orientation }).jpeg().toBuffer());
  }
  const frames = Array.from({ length: 3 * 4 * 4 * 3 }, (_, index) => (index * 53) % 256);
  const film = sharp(Uint8Array.from(frames), { raw: { width: 4, height: 12, channels: 3, pageHeight: 4 } });
  take(
    'film.gif',
    await film
      .clone()
      .gif({ delay: [10, 10, 10] })
      .toBuffer(),
  );
  take(
    'film.webp',
    await film
      .clone()
      .webp({ delay: [10, 10, 10] })
      .toBuffer(),
  );
}

/** An ICC profile of garbage in an APP2 segment. */
function withBrokenProfile(jpeg: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), Buffer.alloc(200, 0xa5)]);
  const head = Buffer.from([0xff, 0xe2, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

/** A grey TIFF whose only directory says 60000×60000. */
function hugeTiff(): Buffer {
  const entries = [256, 60_000, 257, 60_000, 258, 8, 259, 1, 262, 1, 273, 8, 277, 1, 278, 60_000, 279, 64];
  const file = Buffer.alloc(10 + entries.length * 6 + 4 + 64);
  file.write('II*\0\x08\0\0\0', 'latin1');
  file.writeUInt16LE(entries.length / 2, 8);
  for (let at = 0; at < entries.length; at += 2) {
    file.writeUInt16LE(entries[at] as number, 10 + at * 6);
    file.writeUInt16LE(4, 12 + at * 6);
    file.writeUInt32LE(1, 14 + at * 6);
    file.writeUInt32LE(entries[at + 1] as number, 18 + at * 6);
  }
  return file;
}

/** A bitmap with run lengths (BI_RLE8). */
function packedBmp(): Buffer {
  const file = Buffer.alloc(54 + 1024 + 8);
  file.write('BM');
  file.writeUInt32LE(54 + 1024, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(2, 18);
  file.writeInt32LE(2, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(8, 28);
  file.writeUInt32LE(1, 30);
  return file;
}

/** Folders in folders until no path can name the last of them; gives that last one. */
function putDeep(): string {
  const name = 'd'.repeat(250);
  let path = folder.at('bad');
  let levels = 0;
  for (; path.length < 4096; levels++) path = `${path}/${name}`;
  const step = 'mkdir "$2" && cd -P "$2"';
  const script = `cd -P "$1" && for level in $(seq ${levels}); do ${step} || exit 1; done`;
  execFileSync('sh', ['-c', script, 'sh', folder.at('bad'), name]);
  return path;
}

/** Names that are wrong or odd, as far as the file system allows them. */
function putNames(): void {
  // A folder called like a picture is a folder; a list that cannot be read stops none of its pictures.
  take('folder.png/inside.png', png(900));
  folder.put({
    'bad/listed/metadata.csv': 'file_name,label\n"1.png,cat\n',
    'bad/listed/metadata.jsonl': '{oops}\n',
  });
  for (const [name, format, reason] of [
    ['metadata.csv', 'CSV', 'its quotes do not pair up near line 2'],
    ['metadata.jsonl', 'JSON Lines', 'line 1 is not a JSON object'],
  ] as const) {
    const path = folder.at(`bad/listed/${name}`);
    refused.set(path, `${path} is not a well-formed ${format} file: ${reason}.`);
  }
  let number = 1000;
  const next = (): Uint8Array => png(number++);
  const names = [
    '-rf.png',
    "it's.png",
    long,
    'café.png',
    '__proto__.png',
    '=cmd().png',
    '%2e%2e%2f.png',
    '고양이.png',
  ];
  if (!isWindows)
    names.push('two\nlines.png', 'a"b.png', 'CON.png', 'CON.jpg', 'tab\there.png', '\u202egnp.png');
  if (isLinux) names.push('Case.png', 'case.png', 'cafe\u0301.png');
  for (const name of names) take(name, next());
  if (isWindows) return;
  mkdirSync(folder.at('elsewhere-not-imported'), { recursive: true });
  symlinkSync('/etc/hostname', folder.at('bad/link-out.png'));
  symlinkSync('.', folder.at('bad/loop'));
  symlinkSync('nowhere.png', folder.at('bad/dangling.png'));
  refused.set(folder.at('bad/dangling.png'), link);
  linkSync(folder.at('odd/-rf.png'), folder.at('odd/hard.png'));
  refused.set(folder.at('bad/link-out.png'), link);
  refused.set(folder.at('bad/loop'), link);
  execFileSync('mkfifo', [folder.at('bad/pipe.jpg')]);
  refused.set(folder.at('bad/pipe.jpg'), 'it is not a regular file');
  if (isLinux) {
    const raw = Buffer.concat([
      Buffer.from(folder.at('bad/')),
      Buffer.from([0x66, 0xff, 0xfe]),
      Buffer.from('.png'),
    ]);
    writeFileSync(raw, next());
    refused.set(folder.at('bad/f\ufffd\ufffd.png'), 'its name is not valid UTF-8; rename it');
  }
  if (isLinux) refused.set(putDeep(), 'its path is too long');
  if (isRoot) return;
  refuse('secret.png', next(), 'permission denied');
  chmodSync(folder.at('bad/secret.png'), 0);
}

beforeAll(async () => {
  project = await ImportingProject.create();
  folder = new TempFolder();
  await putContents();
  putNames();
  folder.put(Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`same/${index}.png`, png(7)])));
  folder.put(pngs('good/1.png', 'good/2.png', 'good/3.png'));
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
  // Node removes by whole paths, and one of these is too long for that.
  if (isLinux) execFileSync('rm', ['-rf', folder.path]);
  folder[Symbol.dispose]();
});

describe('a folder of everything that goes wrong', () => {
  test('is imported to its end, and each bad file is named once with its reason', async () => {
    const result = await project.import([folder.path]);
    const said = new Map(result.skipped.map(({ path, reason }) => [path, reason]));
    expect(said.size).toBe(result.skipped.length);
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(refused));
    const names = (await project.pictures()).map((line) =>
      line.slice(0, line.lastIndexOf(' ', line.lastIndexOf(' ') - 1)),
    );
    // The good ones, the odd ones, and one of the thousand that are the same.
    expect(names.toSorted()).toEqual(
      [...taken, 'good/1.png', 'good/2.png', 'good/3.png', 'same/0.png'].toSorted(),
    );
    expect(result).toMatchObject({ added: taken.length + 4, duplicates: 999 + (isWindows ? 0 : 1) });
    // All of it once more: nothing new, and the same sentences.
    const again = await project.import([folder.path]);
    expect(again.added).toBe(0);
    expect(new Map(again.skipped.map(({ path, reason }) => [path, reason]))).toEqual(said);
  });
});

describe('labels of a list that go wrong', () => {
  test('are cleaned or kept as text, and nothing is thrown', async () => {
    await project.renew();
    using listed = new TempFolder();
    const labels = [
      '',
      '   ',
      'x'.repeat(10_000),
      '\u202etac',
      '__proto__',
      'constructor',
      '=cmd()',
      'a\tb',
      'é',
      'e\u0301',
    ];
    listed.put(pngs(...labels.map((_, index) => `${index}.png`)));
    const rows = labels.map((label, index) => `${index}.png,"${label}"`);
    listed.put({ 'list.csv': `\ufefffile_name,label\n${rows.join('\n')}\n` });
    const result = await project.import([listed.at('list.csv')]);
    const tooLong = { path: '2.png', reason: 'its label is longer than 200 characters' };
    expect(result).toMatchObject({ added: labels.length - 1, skipped: [tooLong] });
    const classes = await project.client.dataset.classes({ projectId: project.projectId });
    expect(classes.map(({ name }) => name)).toEqual([
      '\u202etac',
      '__proto__',
      'constructor',
      '=cmd()',
      'a b',
      'é',
    ]);
    expect((await project.pictures()).filter((line) => line.includes(' - '))).toHaveLength(2);
  });
});
