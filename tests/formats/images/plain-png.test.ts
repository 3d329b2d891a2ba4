import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodePng, readPlainPng, type PictureShape } from '../../../app/formats/images/plain-png.ts';
import { noisy, pixelsOf } from './pictures.ts';

const raw = fc
  .record({
    width: fc.integer({ min: 1, max: 70 }),
    height: fc.integer({ min: 1, max: 70 }),
    channels: fc.constantFrom<1 | 3>(1, 3),
  })
  .chain((shape) => {
    const length = shape.width * shape.height * shape.channels;
    return fc.tuple(
      fc.constant<PictureShape>(shape),
      fc.uint8Array({ minLength: length, maxLength: length }),
    );
  });

it('what was encoded comes back, by our own reader and by the decoder', async () => {
  await fc.assert(
    fc.asyncProperty(raw, async ([shape, pixels]) => {
      const file = encodePng(pixels, shape);
      expect(readPlainPng(file)).toEqual({ ...shape, pixels });
      expect(await pixelsOf(file)).toEqual({ ...shape, pixels: [...pixels] });
    }),
  );
});

it('a file with a changed byte is not taken for one of ours, or has its pixels still', () => {
  fc.assert(
    fc.property(raw, fc.nat(), fc.integer({ min: 1, max: 255 }), ([shape, pixels], at, change) => {
      const file = encodePng(pixels, shape);
      file[at % file.length] = (file[at % file.length] as number) ^ change;
      expect(readPlainPng(file)).toBeNull();
    }),
  );
});

it('a file that is cut short or goes on is not taken for one of ours', () => {
  const file = encodePng(new Uint8Array(12), { width: 2, height: 2, channels: 3 });
  for (let length = 0; length < file.length; length++)
    expect(readPlainPng(file.subarray(0, length))).toBeNull();
  expect(readPlainPng(Buffer.concat([file, Buffer.from([0])]))).toBeNull();
});

it('other people’s PNGs are left to the decoder', async () => {
  expect(readPlainPng(await noisy(40, 40).png().toBuffer())).toBeNull();
  expect(readPlainPng(await noisy(40, 40).png({ palette: true }).toBuffer())).toBeNull();
});

it('data that unpacks to more than the header promises is not unpacked', () => {
  const bomb = Buffer.from(encodePng(new Uint8Array(4), { width: 2, height: 2, channels: 1 }));
  const data = deflateSync(Buffer.alloc(10_000_000));
  const forged = Buffer.concat([
    bomb.subarray(0, 33),
    Buffer.alloc(4),
    bomb.subarray(37, 41),
    data,
    bomb.subarray(-16),
  ]);
  forged.writeUInt32BE(data.length, 33);
  expect(readPlainPng(forged)).toBeNull();
});

it('a small picture is the same file on every machine', () => {
  const file = encodePng(
    Uint8Array.from({ length: 6 }, (_, at) => at),
    { width: 3, height: 2, channels: 1 },
  );
  expect(Buffer.from(file).toString('hex')).toBe(
    [
      '89504e470d0a1a0a',
      '0000000d 49484452 00000003 00000002 0800000000 b81f39c6',
      // zlib, one stored block of eight bytes, Adler-32 (by hand: 0x002e, 0x0010)
      '00000013 49444154 7801 01 0800 f7ff 0000010200030405 002e0010 5dd9c116',
      '00000000 49454e44 ae426082',
    ]
      .join('')
      .replaceAll(' ', ''),
  );
});

it('sizes that are not those of the pixels are refused', () => {
  expect(() => encodePng(new Uint8Array(5), { width: 2, height: 2, channels: 1 })).toThrow(RangeError);
  expect(() => encodePng(new Uint8Array(0), { width: 0, height: 2, channels: 1 })).toThrow(RangeError);
});
