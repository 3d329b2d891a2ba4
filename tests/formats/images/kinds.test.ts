import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { describePicture } from '../../../app/formats/images/describe-picture.ts';
import { toInput } from '../../../app/formats/images/to-input.ts';
import { deepPicture, expectClose, noisy, picture, plain } from './pictures.ts';

const orange = '#c86414';
const four = { width: 2, height: 2 } as const;

describe('every format is read as what its bytes say', () => {
  it.each([
    ['JPEG', () => plain(8, 8, orange).jpeg({ quality: 95 })],
    ['PNG', () => plain(8, 8, orange).png()],
    ['interlaced PNG', () => plain(8, 8, orange).png({ progressive: true })],
    ['WebP', () => plain(8, 8, orange).webp({ quality: 95 })],
    ['lossless WebP', () => plain(8, 8, orange).webp({ lossless: true })],
    ['GIF', () => plain(8, 8, orange).gif()],
    ['TIFF', () => plain(8, 8, orange).tiff({ compression: 'lzw' })],
    ['AVIF', () => plain(8, 8, orange).avif({ quality: 90 })],
  ])('%s', async (_, make) => {
    const file = await make().toBuffer();
    expectClose((await toInput(file, 8, 3)).subarray(0, 3), [200, 100, 20], 4);
    expect(await describePicture(file)).toMatchObject({ width: 8, height: 8, channels: 3 });
  });
});

describe('colours', () => {
  it('grey files have one channel, and three equal ones where three are asked for', async () => {
    const file = await picture([10, 20, 30, 200], { ...four, channels: 1 })
      .png()
      .toBuffer();
    expect((await describePicture(file)).channels).toBe(1);
    expect([...(await toInput(file, 2, 1))]).toEqual([10, 20, 30, 200]);
    expect([...(await toInput(file, 2, 3))].slice(0, 6)).toEqual([10, 10, 10, 20, 20, 20]);
  });

  it('a grey JPEG has one channel', async () => {
    const file = await noisy(16, 16, 1).jpeg().toBuffer();
    expect((await describePicture(file)).channels).toBe(1);
  });

  it('colour becomes grey by luminance: green is brighter than red, red than blue', async () => {
    const file = await picture([255, 0, 0, 0, 255, 0, 0, 0, 255, 128, 128, 128], { ...four, channels: 3 })
      .png()
      .toBuffer();
    const [red = 0, green = 0, blue = 0, middle] = await toInput(file, 2, 1);
    expect(green).toBeGreaterThan(red);
    expect(red).toBeGreaterThan(blue);
    expect(middle).toBe(128);
  });

  it('a palette is looked up', async () => {
    const pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9];
    const file = await picture(pixels, { ...four, channels: 3 })
      .png({ palette: true })
      .toBuffer();
    expectClose(await toInput(file, 2, 3), pixels, 1);
  });

  it('CMYK becomes sRGB', async () => {
    const file = await plain(16, 16, '#ff0000').toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(file).metadata()).space).toBe('cmyk');
    const [red = 0, green = 255, blue = 255] = await toInput(file, 16, 3);
    expect(red).toBeGreaterThan(200);
    expect(Math.max(green, blue)).toBeLessThan(60);
    expect((await describePicture(file)).channels).toBe(3);
  });

  it('16 bits become 8, grey and colour', async () => {
    const grey = await deepPicture([0, 2570, 65535, 32896], { ...four, channels: 1 })
      .png()
      .toBuffer();
    expect([...(await toInput(grey, 2, 1))]).toEqual([0, 10, 255, 128]);
    expect((await describePicture(grey)).channels).toBe(1);
    const colour = await deepPicture([65535, 0, 0, 0, 2570, 0, 0, 0, 65535, 32896, 32896, 32896], {
      ...four,
      channels: 3,
    })
      .png()
      .toBuffer();
    expect([...(await toInput(colour, 2, 3))]).toEqual([255, 0, 0, 0, 10, 0, 0, 0, 255, 128, 128, 128]);
  });

  it('a colour profile is applied, and one that is garbage is passed over', async () => {
    const file = await plain(16, 16, '#00ff00').withIccProfile('p3').jpeg({ quality: 100 }).toBuffer();
    const good = await toInput(file, 16, 3);
    expectClose(good.subarray(0, 3), [0, 255, 0], 6);
    const at = file.indexOf('ICC_PROFILE') + 14;
    file.fill(0x41, at, at + 300);
    expect((await toInput(file, 16, 3)).length).toBe(16 * 16 * 3);
  });
});

describe('transparency lies over white', () => {
  const clearRed = [255, 0, 0, 0];
  const halfGreen = [0, 255, 0, 128];
  const blue = [0, 0, 255, 255];
  const black = [0, 0, 0, 255];

  it.each([
    ['PNG', 1, (pixels: number[]) => picture(pixels, { ...four, channels: 4 }).png()],
    ['WebP', 1, (pixels: number[]) => picture(pixels, { ...four, channels: 4 }).webp({ lossless: true })],
    ['TIFF', 1, (pixels: number[]) => picture(pixels, { ...four, channels: 4 }).tiff({ compression: 'lzw' })],
    // sharp writes 16 bits with 256 as the greatest step: one less at the top.
    [
      '16-bit PNG',
      2,
      (pixels: number[]) =>
        deepPicture(
          pixels.map((value) => value * 257),
          { ...four, channels: 4 },
        ).png(),
    ],
  ])('%s', async (_, by, make) => {
    const file = await make([...clearRed, ...halfGreen, ...blue, ...black]).toBuffer();
    expectClose(await toInput(file, 2, 3), [255, 255, 255, 127, 255, 127, 0, 0, 255, 0, 0, 0], by);
  });

  it('grey with alpha', async () => {
    const file = await picture([10, 0, 20, 128, 30, 255, 200, 255], { ...four, channels: 2 })
      .png()
      .toBuffer();
    expectClose(await toInput(file, 2, 1), [255, 137, 30, 200], 1);
    expect((await describePicture(file)).channels).toBe(1);
  });

  it('GIF', async () => {
    const file = await picture([...clearRed, ...black, ...blue, ...black], { ...four, channels: 4 })
      .gif()
      .toBuffer();
    expectClose((await toInput(file, 2, 3)).subarray(0, 3), [255, 255, 255], 0);
  });
});

describe('of several pictures in a file the first one counts', () => {
  const frames = Buffer.concat([Buffer.alloc(4 * 4 * 3, 255), Buffer.alloc(4 * 4 * 3, 0)]);
  const raw = { width: 4, height: 8, channels: 3, pageHeight: 4 } as const;

  it.each(['gif', 'webp'] as const)('animated %s', async (format) => {
    const file = await sharp(frames, { raw })
      .toFormat(format, { loop: 0, delay: [100, 100] })
      .toBuffer();
    expect((await sharp(file).metadata()).pages).toBe(2);
    expect(await describePicture(file)).toMatchObject({ width: 4, height: 4 });
    expectClose(await toInput(file, 4, 3), Array<number>(48).fill(255), 0);
  });
});
