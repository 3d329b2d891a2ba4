/**
 * What the headers of simple JPEG and PNG files say, without the decoder: asking that takes longer than decoding a picture of
 * 32×32. Whatever is in any way out of the ordinary (EXIF, colour profiles, unknown chunks, damage) gives null and is the
 * decoder's to understand; and it is the decoder that judges the pixels, always.
 */
import type { PictureHeader } from './decode.ts';

export function plainHeader(bytes: Uint8Array): PictureHeader | null {
  const shape = bytes[0] === 0xff ? jpegShape(bytes) : bytes[0] === 0x89 ? pngShape(bytes) : null;
  if (shape === null || shape.width === 0 || shape.height === 0) return null;
  return { ...shape, takenAt: null, isTurned: false };
}

type Shape = Pick<PictureHeader, 'width' | 'height' | 'channels'>;

const [app0, comment, quantization, huffman, restart, scan] = [0xe0, 0xfe, 0xdb, 0xc4, 0xdd, 0xda];
/** Baseline, extended and progressive (ITU-T T.81, table B.1), all with Huffman codes. */
const frames = new Set([0xc0, 0xc1, 0xc2]);
const harmless = new Set([app0, comment, quantization, huffman, restart]);

/** By the segments up to the first scan: a photograph's EXIF (APP1), a profile (APP2) or Adobe's mark (APP14) is the decoder's. */
function jpegShape(bytes: Uint8Array): Shape | null {
  const view = viewOf(bytes);
  let shape: Shape | null = null;
  let at = 2;
  while (bytes[1] === 0xd8 && at + 10 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] as number;
    const length = view.getUint16(at + 2);
    if (marker === scan) return shape;
    if (frames.has(marker) && shape === null) {
      const [precision, components] = [bytes[at + 4], bytes[at + 9]];
      if (precision !== 8 || (components !== 1 && components !== 3)) return null;
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      shape = { width, height, channels: components };
    } else if (!harmless.has(marker) || length < 2) {
      return null;
    }
    at += 2 + length;
  }
  return null;
}

/** Signature, and the IHDR chunk with its frame, bytes. */
const headLength = 33;
const grey = new Set([0, 4]);
/** Chunks beside which nothing changes how the picture is to be understood (PNG, third edition, W3C 2025). */
const plainChunks = new Set(['IHDR', 'PLTE', 'tRNS', 'pHYs', 'IDAT', 'IEND']);

function pngShape(bytes: Uint8Array): Shape | null {
  if (bytes.length < headLength || chunkName(bytes, 8) !== 'IHDR') return null;
  const view = viewOf(bytes);
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const name = chunkName(bytes, at);
    if (!plainChunks.has(name)) return null;
    if (name !== 'IEND') continue;
    const [width, height] = [view.getUint32(16), view.getUint32(20)];
    return { width, height, channels: grey.has(bytes[25] as number) ? 1 : 3 };
  }
  return null;
}

const chunkName = (bytes: Uint8Array, at: number): string =>
  String.fromCharCode(...bytes.subarray(at + 4, at + 8));

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
