/**
 * Windows bitmaps, which the decoder does not know: BITMAPCOREHEADER and BITMAPINFOHEADER to V5, uncompressed
 * (BI_RGB, BI_BITFIELDS), 1, 4, 8, 16, 24 and 32 bits, bottom-up or top-down. Alpha is ignored, as nearly every program
 * ignores it. Run-length coding and embedded JPEG or PNG are refused; they are hardly ever met.
 */
import { greatestPixels } from './picture-limits.ts';
import { unreadable } from './unreadable.ts';

export interface Bitmap {
  width: number;
  height: number;
  /** uint8 [height, width, 3], RGB */
  pixels: Uint8Array;
}

const fileHeader = 14;
const coreHeader = 12;
const infoHeader = 40;
const fixed555 = [0x7c00, 0x3e0, 0x1f];
const fixed888 = [0xff0000, 0xff00, 0xff];

/** Throws `pictureUnreadable`; `name` is what it calls the file. */
export function decodeBmp(file: Uint8Array, name: string): Bitmap {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const layout = layoutOf(bytes, name);
  const { width, height, bits, rowBytes, isTopDown } = layout;
  const colourOf = colours(bytes, layout, name);
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = layout.pixelsAt + (isTopDown ? y : height - 1 - y) * rowBytes;
    for (let x = 0; x < width; x++) {
      const colour = colourOf(valueAt(bytes, row, x, bits));
      const at = (y * width + x) * 3;
      pixels[at] = colour >>> 16;
      pixels[at + 1] = (colour >>> 8) & 0xff;
      pixels[at + 2] = colour & 0xff;
    }
  }
  return { width, height, pixels };
}

interface Layout {
  width: number;
  height: number;
  isTopDown: boolean;
  bits: number;
  rowBytes: number;
  pixelsAt: number;
  headerLength: number;
  hasMasks: boolean;
  paletteLength: number;
}

/** Everything that the header claims, held against the length of the file. */
function layoutOf(bytes: Buffer, name: string): Layout {
  const damaged = unreadable(name, 'it is cut short or damaged');
  if (bytes.length < fileHeader + coreHeader) throw damaged;
  const headerLength = bytes.readUInt32LE(14);
  const isCore = headerLength === coreHeader;
  if (!isCore && (headerLength < infoHeader || headerLength > 124)) throw damaged;
  if (bytes.length < fileHeader + headerLength) throw damaged;
  const width = isCore ? bytes.readUInt16LE(18) : bytes.readInt32LE(18);
  const signedHeight = isCore ? bytes.readUInt16LE(20) : bytes.readInt32LE(22);
  const height = Math.abs(signedHeight);
  const bits = bytes.readUInt16LE(isCore ? 24 : 28);
  const compression = isCore ? 0 : bytes.readUInt32LE(30);
  if (width <= 0 || height === 0) throw damaged;
  if (width * height > greatestPixels) {
    throw unreadable(name, `it has more than ${greatestPixels / 1e6} million pixels`);
  }
  const hasMasks = compression === 3 && (bits === 16 || bits === 32);
  if (![1, 4, 8, 16, 24, 32].includes(bits) || !(compression === 0 || hasMasks)) {
    throw unreadable(name, 'this kind of compressed BMP is not read; save it as PNG');
  }
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  const pixelsAt = bytes.readUInt32LE(10);
  if (pixelsAt < fileHeader + headerLength || pixelsAt + rowBytes * height > bytes.length) throw damaged;
  const claimed = isCore ? 0 : bytes.readUInt32LE(46);
  const paletteLength = bits > 8 ? 0 : Math.min(claimed === 0 ? 2 ** bits : claimed, 2 ** bits);
  return {
    ...{ width, height, bits, rowBytes, pixelsAt, headerLength, hasMasks, paletteLength },
    isTopDown: signedHeight < 0,
  };
}

/** From a stored value to 0xRRGGBB. */
function colours(bytes: Buffer, layout: Layout, name: string): (value: number) => number {
  const { bits } = layout;
  if (bits === 24) return (value) => value;
  if (bits < 16) return paletteOf(bytes, layout, name);
  const masks = layout.hasMasks ? masksOf(bytes, layout) : bits === 16 ? fixed555 : fixed888;
  const [red, green, blue] = masks.map(scaleOf) as [Scale, Scale, Scale];
  return (value) => (red(value) << 16) | (green(value) << 8) | blue(value);
}

function paletteOf(bytes: Buffer, layout: Layout, name: string): (value: number) => number {
  const entry = layout.headerLength === coreHeader ? 3 : 4;
  const from = fileHeader + layout.headerLength;
  const length = Math.min(layout.paletteLength, Math.floor((layout.pixelsAt - from) / entry));
  const palette = Array.from({ length }, (_, at) => bytes.readUIntLE(from + at * entry, 3));
  return (value) => {
    const colour = palette[value];
    if (colour === undefined) throw unreadable(name, 'it uses a colour that its palette does not have');
    return colour;
  };
}

/** Red, green and blue; they lie behind the first 40 bytes of the header, inside of a longer one or after it. */
function masksOf(bytes: Buffer, { pixelsAt }: Layout): number[] {
  const from = fileHeader + infoHeader;
  return pixelsAt < from + 12 ? fixed888 : [0, 4, 8].map((offset) => bytes.readUInt32LE(from + offset));
}

type Scale = (value: number) => number;

/** Takes the bits under a mask and stretches them to 0…255. */
function scaleOf(mask: number): Scale {
  if (mask === 0) return () => 0;
  const shift = 31 - Math.clz32(mask & -mask);
  const greatest = mask >>> shift;
  return (value) => Math.round((((value & mask) >>> shift) * 255) / greatest);
}

function valueAt(bytes: Buffer, row: number, x: number, bits: number): number {
  switch (bits) {
    case 32:
      return bytes.readUInt32LE(row + x * 4);
    case 24:
      return bytes.readUIntLE(row + x * 3, 3);
    case 16:
      return bytes.readUInt16LE(row + x * 2);
    case 8:
      return bytes[row + x] as number;
    default: {
      const byte = bytes[row + ((x * bits) >> 3)] as number;
      return (byte >> (8 - bits - ((x * bits) & 7))) & (2 ** bits - 1);
    }
  }
}
