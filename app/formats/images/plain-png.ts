/**
 * The PNG files that Tessera makes itself of raw pixels (IDX, CIFAR, samples), written and read without the decoder:
 * many times as fast for the small pictures of which such data sets have tens of thousands. They are ordinary PNGs for
 * everybody else: 8 bits, grey or RGB, not interlaced, rows unfiltered, one IDAT (PNG, third edition, W3C 2025).
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { greatestPixels } from './picture-limits.ts';

export interface PictureShape {
  width: number;
  height: number;
  channels: 1 | 3;
}

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const colourTypes = { 1: 0, 3: 2 } as const;
/** Length, type and check sum around a chunk's data, bytes. */
const chunkFrame = 12;
/** Signature and IHDR, bytes. */
const headLength = signature.length + chunkFrame + 13;
const end = chunk('IEND', Buffer.alloc(0));
/**
 * Up to here pixels are stored rather than compressed, bytes: either way they take one block of the disk, and stored they
 * are the same file on every machine, so that exact duplicates are found by their hash.
 */
const greatestStored = 4000;

/** uint8 [height, width, channels] → a PNG file of the same pixels. Throws `RangeError` when the sizes differ. */
export function encodePng(pixels: Uint8Array, shape: PictureShape): Uint8Array {
  const { height } = shape;
  const rowBytes = shape.width * shape.channels;
  if (!isPossible(shape) || pixels.length !== rowBytes * height) {
    throw new RangeError(`${pixels.length} bytes are not a picture of ${JSON.stringify(shape)}`);
  }
  const rows = Buffer.alloc((rowBytes + 1) * height);
  for (let row = 0; row < height; row++) {
    rows.set(pixels.subarray(row * rowBytes, (row + 1) * rowBytes), row * (rowBytes + 1) + 1);
  }
  const data = deflateSync(rows, { level: rows.length <= greatestStored ? 0 : 6 });
  return Buffer.concat([headOf(shape), chunk('IDAT', data), end]);
}

/** The pixels of a PNG that `encodePng` could have made; null for every other file: those are the decoder's. */
export function readPlainPng(file: Uint8Array): (PictureShape & { pixels: Uint8Array }) | null {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  if (bytes.length < headLength + 2 * chunkFrame || !bytes.subarray(0, 8).equals(signature)) return null;
  const shape: PictureShape = {
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    channels: bytes[25] === colourTypes[1] ? 1 : 3,
  };
  const data = bytes.subarray(headLength + 8, -end.length - 4);
  const isPlain =
    isPossible(shape) &&
    bytes.subarray(0, headLength).equals(headOf(shape)) &&
    bytes.readUInt32BE(headLength) === data.length &&
    bytes.toString('latin1', headLength + 4, headLength + 8) === 'IDAT' &&
    bytes.readUInt32BE(bytes.length - end.length - 4) === crc32(data, crc32('IDAT')) &&
    bytes.subarray(-end.length).equals(end);
  const pixels = isPlain ? unfilteredRows(data, shape) : null;
  return pixels === null ? null : { ...shape, pixels };
}

/** Null where a row is filtered, or where the data is not as long as it should be. */
function unfilteredRows(data: Uint8Array, { width, height, channels }: PictureShape): Uint8Array | null {
  const rowBytes = width * channels;
  const rows = inflated(data, (rowBytes + 1) * height);
  if (rows === null) return null;
  const pixels = new Uint8Array(rowBytes * height);
  for (let row = 0; row < height; row++) {
    const from = row * (rowBytes + 1);
    if (rows[from] !== 0) return null;
    pixels.set(rows.subarray(from + 1, from + 1 + rowBytes), row * rowBytes);
  }
  return pixels;
}

function inflated(data: Uint8Array, length: number): Uint8Array | null {
  try {
    const bytes = inflateSync(data, { maxOutputLength: length });
    return bytes.length === length ? bytes : null;
  } catch {
    return null;
  }
}

const isPossible = ({ width, height }: PictureShape): boolean =>
  width > 0 && height > 0 && width * height <= greatestPixels;

function headOf({ width, height, channels }: PictureShape): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = colourTypes[channels];
  return Buffer.concat([signature, chunk('IHDR', header)]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(data.length + chunkFrame);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(data, crc32(type)), data.length + 8);
  return bytes;
}
