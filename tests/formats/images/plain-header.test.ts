import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { headerOf } from '../../../app/formats/images/decode.ts';
import { plainHeader } from '../../../app/formats/images/plain-header.ts';
import { noisy, plain } from './pictures.ts';

const grey = (width: number, height: number) => noisy(width, height, 1);

/** With its name whether it is told without the decoder. */
const kinds: [name: string, told: boolean, make: () => Promise<Uint8Array>][] = [
  ['JPEG', true, () => noisy(31, 17).jpeg().toBuffer()],
  ['progressive JPEG', true, () => noisy(31, 17).jpeg({ progressive: true }).toBuffer()],
  ['JPEG without subsampling', true, () => noisy(9, 40).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer()],
  ['grey JPEG', true, () => grey(20, 30).jpeg().toBuffer()],
  ['PNG', true, () => noisy(31, 17).png().toBuffer()],
  ['palette PNG', true, () => noisy(8, 9).png({ palette: true }).toBuffer()],
  ['grey PNG', true, () => grey(20, 30).png().toBuffer()],
  ['PNG with alpha', true, () => plain(5, 6, '#123').ensureAlpha(0.5).png().toBuffer()],
  ['interlaced PNG', true, () => noisy(31, 17).png({ progressive: true }).toBuffer()],
  ['turned JPEG', false, () => noisy(31, 17).withMetadata({ orientation: 6 }).jpeg().toBuffer()],
  ['turned PNG', false, () => noisy(31, 17).withMetadata({ orientation: 6 }).png().toBuffer()],
  ['JPEG with a profile', false, () => noisy(31, 17).withIccProfile('p3').jpeg().toBuffer()],
  ['CMYK JPEG', false, () => noisy(31, 17).toColourspace('cmyk').jpeg().toBuffer()],
  ['WebP', false, () => noisy(31, 17).webp().toBuffer()],
  ['GIF', false, () => noisy(31, 17).gif().toBuffer()],
];

describe('a header that is read without the decoder', () => {
  it.each(kinds)('%s: %s', async (_, told, make) => {
    const bytes = await make();
    const said = plainHeader(bytes);
    expect(said !== null).toBe(told);
    if (said !== null) expect(said).toEqual(await headerOf(bytes, 'x'));
  });

  it('16 bits and a date are the decoder’s', async () => {
    const deep = await noisy(7, 7).toColourspace('rgb16').png().toBuffer();
    const said = plainHeader(deep);
    if (said !== null) expect(said).toEqual(await headerOf(deep, 'x'));
    const dated = await sharp(await noisy(7, 7).jpeg().toBuffer())
      .withExif({ IFD2: { DateTimeOriginal: '2026:11:25 14:30:59' } })
      .jpeg()
      .toBuffer();
    expect(plainHeader(dated)).toBeNull();
    expect((await headerOf(dated, 'x'))?.takenAt).not.toBeNull();
  });

  describe('of files with bytes changed or missing', () => {
    let files: Uint8Array[];
    beforeAll(async () => {
      files = await Promise.all(kinds.map(([, , make]) => make()));
    });

    it('is what the decoder says, or nothing, wherever the decoder says anything', async () => {
      const change = fc.tuple(fc.nat(400), fc.nat(255));
      await fc.assert(
        fc.asyncProperty(
          fc.nat(kinds.length - 1),
          fc.array(change, { maxLength: 3 }),
          fc.nat(2000),
          async (which, changes, length) => {
            const broken = Uint8Array.from(files[which] as Uint8Array).subarray(0, Math.max(length, 2));
            for (const [at, value] of changes) broken[at % broken.length] = value;
            const said = plainHeader(broken);
            const judged = await headerOf(broken, 'x').catch(() => null);
            if (said !== null && judged !== null) expect(said).toEqual(judged);
          },
        ),
        { numRuns: 500 },
      );
    });
  });
});
