import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describePicture, toThumbnail, toUprightPng } from '../../../app/formats/images/describe-picture.ts';
import { encodePng } from '../../../app/formats/images/plain-png.ts';
import { toInput } from '../../../app/formats/images/to-input.ts';
import { expectClose, noisy, photo, picture, pixelsOf, plain } from './pictures.ts';

describe('to a square of the network’s size', () => {
  it('any picture gives size × size × channels bytes', async () => {
    const side = fc.integer({ min: 1, max: 90 });
    const channels = fc.constantFrom<1 | 3>(1, 3);
    await fc.assert(
      fc.asyncProperty(side, side, channels, side, channels, async (width, height, stored, size, wanted) => {
        const pixels = new Uint8Array(width * height * stored).fill(77);
        const file = encodePng(pixels, { width, height, channels: stored });
        const input = await toInput(file, size, wanted);
        // One brightness everywhere stays that brightness, however it is cut and resized.
        expectClose(input, Array<number>(size * size * wanted).fill(77), 1);
      }),
    );
  });

  it('a picture of that size is untouched', async () => {
    const image = noisy(24, 24);
    const { data: pixels } = await image.clone().raw().toBuffer({ resolveWithObject: true });
    expect(Buffer.compare(Buffer.from(await toInput(await image.png().toBuffer(), 24, 3)), pixels)).toBe(0);
  });

  it.each([
    ['a wide one', 90, 30],
    ['a tall one', 30, 90],
    ['a very wide one', 200, 20],
    ['a very tall one', 20, 200],
  ])('only the square in the middle of %s is seen', async (_, width, height) => {
    const side = Math.min(width, height);
    const [left, top] = [(width - side) / 2, (height - side) / 2];
    const file = await plain(width, height, '#ff0000')
      .composite([{ input: await plain(side, side, '#00ff00').png().toBuffer(), left, top }])
      .png()
      .toBuffer();
    for (const size of [side, 16]) {
      const input = await toInput(file, size, 3);
      const middle = ((size * size) / 2 + size / 2) * 3;
      expectClose(input.subarray(middle, middle + 3), [0, 255, 0], 2);
      // Nothing of what was beside it but what the kernel mixes into the outermost pixels.
      const reds = [...input].filter((value, at) => at % 3 === 0 && value > 60);
      expect(reds.length).toBeLessThan(size * size * 0.15);
    }
  });

  it.each([
    [1, 30_000],
    [30_000, 1],
    [65_500, 1],
  ])('%i × %i pixels', async (width, height) => {
    const file = await plain(width, height, '#c86414').jpeg().toBuffer();
    expectClose((await toInput(file, 28, 3)).subarray(0, 3), [200, 100, 20], 4);
    const { thumbnail, measures: _measures, ...shape } = await describePicture(file);
    expect(shape).toEqual({ width, height, channels: 3 });
    const small = await pixelsOf(thumbnail as Uint8Array);
    expect(Math.max(small.width, small.height)).toBe(256);
  });
});

/** EXIF: where the pixel comes from that is seen at (x, y) when w × h are stored. */
const origins: Record<number, (x: number, y: number, w: number, h: number) => [number, number]> = {
  1: (x, y) => [x, y],
  2: (x, y, w) => [w - 1 - x, y],
  3: (x, y, w, h) => [w - 1 - x, h - 1 - y],
  4: (x, y, _, h) => [x, h - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, _, h) => [y, h - 1 - x],
  7: (x, y, w, h) => [w - 1 - y, h - 1 - x],
  8: (x, y, w) => [w - 1 - y, x],
};

describe.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %i', (orientation) => {
  const [w, h] = [5, 3];
  const stored = Array.from({ length: w * h * 3 }, (_, at) => (at * 37) % 256);
  const lies = orientation > 4;
  const [width, height] = lies ? [h, w] : [w, h];
  const seen = Array.from({ length: w * h }, (_, at) => {
    const [x, y] = origins[orientation]?.(at % width, Math.floor(at / width), w, h) ?? [0, 0];
    return stored.slice((y * w + x) * 3, (y * w + x) * 3 + 3);
  });
  const make = (): Promise<Buffer> =>
    picture(stored, { width: w, height: h, channels: 3 }).withMetadata({ orientation }).png().toBuffer();

  it('is upright for a person and in what is known of it', async () => {
    expect(await describePicture(await make())).toMatchObject({ width, height });
    expect(await pixelsOf(await toUprightPng(await make()))).toEqual({
      width,
      height,
      channels: 3,
      pixels: seen.flat(),
    });
    expect(await pixelsOf(await toThumbnail(await make()))).toEqual({
      width,
      height,
      channels: 3,
      pixels: seen.flat(),
    });
  });

  it('is upright for a network', async () => {
    const start = Math.floor((Math.max(w, h) - 3) / 2);
    const square = seen.filter((_, at) => {
      const along = lies ? Math.floor(at / width) : at % width;
      return along >= start && along < start + 3;
    });
    expect([...(await toInput(await make(), 3, 3))]).toEqual(square.flat());
  });

  it('of a JPEG that is made smaller while it is decoded', async () => {
    const file = await photo(320, 160).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
    const { thumbnail, measures: _measures, ...shape } = await describePicture(file);
    expect(shape).toEqual({ width: lies ? 160 : 320, height: lies ? 320 : 160, channels: 3 });
    const small = await pixelsOf(thumbnail as Uint8Array);
    expect([small.width, small.height]).toEqual(lies ? [128, 256] : [256, 128]);
    const upright = await toInput(await toUprightPng(file), 32, 3);
    expectClose(await toInput(file, 32, 3), [...upright], 24);
  });
});

describe('what a person looks at', () => {
  it('a thumbnail is never enlarged, and a tiny one keeps every pixel', async () => {
    const file = await noisy(40, 20).png().toBuffer();
    expect((await describePicture(file)).thumbnail).toBeNull();
    expect(await pixelsOf(await toThumbnail(file))).toEqual(await pixelsOf(file));
  });

  it('a thumbnail of a photograph has 256 pixels at most', async () => {
    const {
      thumbnail,
      measures: _measures,
      ...shape
    } = await describePicture(await photo(500, 400).jpeg().toBuffer());
    expect(shape).toEqual({ width: 500, height: 400, channels: 3 });
    expect(await pixelsOf(thumbnail as Uint8Array)).toMatchObject({ width: 256, height: 205 });
  });

  it('the whole picture has every pixel; grey stays grey', async () => {
    for (const channels of [1, 3] as const) {
      const file = await noisy(50, 30, channels).png().toBuffer();
      expect(await pixelsOf(await toUprightPng(file))).toEqual(await pixelsOf(file));
    }
  });

  it('sees the same white where a picture is transparent as the network does', async () => {
    const pixels = Array.from({ length: 9 * 9 * 4 }, (_, at) => (at % 4 === 3 ? (at * 5) % 256 : at % 256));
    const file = await picture(pixels, { width: 9, height: 9, channels: 4 }).png().toBuffer();
    const input = [...(await toInput(file, 9, 3))];
    expect((await pixelsOf(await toUprightPng(file))).pixels).toEqual(input);
    expect((await pixelsOf(await toThumbnail(file))).pixels).toEqual(input);
  });
});
