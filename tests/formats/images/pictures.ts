/** Pictures of every kind, made here; and what comes out of them. */
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { expect } from 'vitest';
import { TesseraError } from '../../../app/contract/index.ts';

export interface Raw {
  width: number;
  height: number;
  channels: 1 | 2 | 3 | 4;
}

/** 8-bit pixels as a picture that can be encoded. One and two channels are grey, and grey with alpha. */
export function picture(pixels: Uint8Array | readonly number[], { width, height, channels }: Raw): Sharp {
  const image = sharp(Uint8Array.from(pixels), { raw: { width, height, channels } });
  return channels < 3 ? image.toColourspace('b-w') : image;
}

/** 16-bit pixels, likewise. */
export function deepPicture(pixels: readonly number[], { width, height, channels }: Raw): Sharp {
  const image = sharp(Uint16Array.from(pixels), { raw: { width, height, channels } });
  return image.toColourspace(channels < 3 ? 'grey16' : 'rgb16');
}

/** One colour everywhere. */
export const plain = (width: number, height: number, background: string): Sharp =>
  sharp({ create: { width, height, channels: 3, background } });

/** No two pixels alike, so that no compression makes it small. */
export function noisy(width: number, height: number, channels: 1 | 3 = 3): Sharp {
  let state = 12345;
  const pixels = Uint8Array.from({ length: width * height * channels }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return picture(pixels, { width, height, channels });
}

/** Soft gradients with an edge through the middle, as photographs have them. */
export function photo(width: number, height: number): Sharp {
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    const [x, y] = [(at % width) / width, Math.floor(at / width) / height];
    const shade = x + y < 1 ? 0.4 : 1;
    pixels.set([255 * x * shade, 255 * y * shade, 255 * (1 - x) * shade], at * 3);
  }
  return picture(pixels, { width, height, channels: 3 });
}

/** The pixels of an encoded picture as they are in the file: grey is one channel. */
export async function pixelsOf(file: Uint8Array): Promise<Raw & { pixels: number[] }> {
  const { space = 'srgb' } = await sharp(file).metadata();
  const { data, info } = await sharp(file).toColourspace(space).raw().toBuffer({ resolveWithObject: true });
  return {
    width: info.width,
    height: info.height,
    channels: info.channels as Raw['channels'],
    pixels: [...data],
  };
}

/** A PNG whose header claims these sizes, in front of data for `rows` rows; all check sums are right. */
export function claimingPng(width: number, height: number, rows: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(rows * (width + 1)))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Runs work that must refuse a picture; gives the reason. */
export async function refusal(work: Promise<unknown>, name: string): Promise<string> {
  const thrown: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(TesseraError);
  const { code, details } = thrown as TesseraError;
  expect(code).toBe('pictureUnreadable');
  expect(details.path).toBe(name);
  return String(details.reason);
}

/** Every value within `by` of what it should be. */
export function expectClose(values: Iterable<number>, wanted: readonly number[], by: number): void {
  const list = [...values];
  expect(list.length).toBe(wanted.length);
  const worst = Math.max(...list.map((value, at) => Math.abs(value - (wanted[at] as number))));
  expect(worst).toBeLessThanOrEqual(by);
}
