import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TesseraError } from '../../../app/contract/index.ts';
import { describePicture, toThumbnail, toUprightPng } from '../../../app/formats/images/describe-picture.ts';
import { encodePng } from '../../../app/formats/images/plain-png.ts';
import { toInput } from '../../../app/formats/images/to-input.ts';
import { claimingPng, noisy, plain, refusal } from './pictures.ts';

/** Every way into the decoder. */
const readers = {
  toInput: (file: Uint8Array, name: string) => toInput(file, 8, 3, name),
  describePicture,
  toThumbnail,
  toUprightPng,
};

describe.each(Object.entries(readers))('%s refuses, with a plain reason,', (_, read) => {
  it.each([
    ['an empty file', Buffer.alloc(0), 'the file is empty'],
    [
      'text',
      Buffer.from('hello, world'),
      'its contents are not a JPEG, PNG, WebP, GIF, TIFF, BMP or AVIF picture',
    ],
    ['a web page', Buffer.from('<!doctype html><html></html>'), 'it is a web page'],
    ['a script in a web page', Buffer.from('\n<html><script>alert(1)</script>'), 'it is a web page'],
    [
      'SVG',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      'SVG drawings are not read; save it as PNG',
    ],
    [
      'SVG behind XML',
      Buffer.from('<?xml version="1.0"?><svg/>'),
      'SVG drawings are not read; save it as PNG',
    ],
    ['HEIC', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0'), 'HEIC photos are not read; save it as JPEG or PNG'],
    ['PDF', Buffer.from('%PDF-1.7'), 'PDF documents are not read; save its pictures as JPEG or PNG'],
    ['a beginning alone', Buffer.from('\xff\xd8\xff', 'latin1'), 'it is cut short or damaged'],
  ])('%s named .jpg', async (_, file, reason) => {
    expect(await refusal(read(file, 'cat.jpg'), 'cat.jpg')).toBe(reason);
  });

  it.each([
    ['JPEG', () => noisy(80, 80).jpeg()],
    ['progressive JPEG', () => noisy(80, 80).jpeg({ progressive: true })],
    ['PNG', () => noisy(80, 80).png()],
    ['WebP', () => noisy(80, 80).webp()],
    ['lossless WebP', () => noisy(80, 80).webp({ lossless: true })],
    ['GIF', () => noisy(80, 80).gif()],
    ['TIFF', () => noisy(80, 80).tiff({ compression: 'lzw' })],
    ['AVIF', () => noisy(80, 80).avif()],
  ])('%s of which a part is missing', async (_, make) => {
    const file = await make().toBuffer();
    for (const share of [0.2, 0.5, 0.9]) {
      const part = file.subarray(0, Math.floor(file.length * share));
      expect(await refusal(read(part, 'part'), 'part')).toMatch(/^it is /);
    }
  });

  it('a header that promises more rows than there are', async () => {
    expect(await refusal(read(claimingPng(100, 100, 10), 'lie.png'), 'lie.png')).toBe(
      'it is cut short or damaged',
    );
    const jpeg = await noisy(64, 64).jpeg().toBuffer();
    const height = jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5;
    jpeg.writeUInt16BE(6400, height);
    expect(await refusal(read(jpeg, 'lie.jpg'), 'lie.jpg')).toBe('it is cut short or damaged');
  });

  it('a small file that claims 400 million pixels, before it is decoded', async () => {
    const reason = 'it has more than 100 million pixels';
    expect(await refusal(read(claimingPng(20_000, 20_000, 1), 'bomb.png'), 'bomb.png')).toBe(reason);
  });
});

it('a file without a name is called “This file”', async () => {
  await expect(toInput(Buffer.alloc(0), 8, 3)).rejects.toThrow(
    'This file is not a picture that Tessera can read: the file is empty.',
  );
});

describe('whatever the bytes are, the answer is pixels or a refusal', () => {
  const outcome = async (file: Uint8Array): Promise<void> => {
    const result = await toInput(file, 8, 3).catch((error: unknown) => error);
    if (result instanceof Uint8Array) expect(result.length).toBe(8 * 8 * 3);
    else expect((result as TesseraError).code).toBe('pictureUnreadable');
    await describePicture(file).catch((error: unknown) =>
      expect((error as TesseraError).code).toBe('pictureUnreadable'),
    );
  };

  it('bytes behind the beginning of a format', async () => {
    const beginnings = [
      '\xff\xd8\xff',
      '\x89PNG\r\n\x1a\n',
      'GIF89a',
      'RIFF\0\0\0\0WEBPVP8 ',
      'II*\0',
      'BM',
      '\0\0\0\x1cftypavif',
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 300 }), (beginning, rest) =>
        outcome(Buffer.concat([Buffer.from(beginning, 'latin1'), rest])),
      ),
    );
  });

  it('real files with bytes changed', async () => {
    const files = [
      await noisy(20, 20).jpeg().toBuffer(),
      await noisy(20, 20).png({ palette: true }).toBuffer(),
      await noisy(20, 20).gif().toBuffer(),
      await noisy(20, 20).webp().toBuffer(),
      await noisy(20, 20).tiff().toBuffer(),
      await plain(20, 20, '#abc').avif().toBuffer(),
      encodePng(new Uint8Array(20 * 20 * 3).fill(7), { width: 20, height: 20, channels: 3 }),
    ];
    const change = fc.tuple(fc.nat(), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        (file, changes) => {
          const broken = Uint8Array.from(file);
          for (const [at, value] of changes) broken[at % broken.length] = value;
          return outcome(broken);
        },
      ),
      { numRuns: 200 },
    );
  });
});
