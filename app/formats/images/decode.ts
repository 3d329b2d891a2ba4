import type { Sharp, SharpOptions } from 'sharp';
import { TesseraError } from '../../contract/index.ts';
import { decodeBmp } from './bmp.ts';
import { exifDate } from './exif-date.ts';
import { pictureFormat } from './picture-format.ts';
import { decodingSeconds, greatestPixels } from './picture-limits.ts';
import { withinPixelBudget } from './pixel-budget.ts';
import { sharp } from './sharp.ts';
import { unreadable } from './unreadable.ts';

export interface PictureHeader {
  /** Pixels, as the camera was held. */
  readonly width: number;
  readonly height: number;
  /** 1 where the file has no colour at all (by its header), else 3. */
  readonly channels: 1 | 3;
  /** When it was taken by the camera's clock, ms since 1970; null where the file does not say. */
  readonly takenAt: number | null;
  /** The camera was held another way than the pixels lie in the file. */
  readonly isTurned: boolean;
}

/** A picture whose header was read and found reasonable. */
export interface Picture extends PictureHeader {
  /**
   * A new pipeline over its pixels: the first frame, upright, transparency laid over white. It is in the file's own
   * colours until `inColour` or `inGrey` ends it.
   */
  pixels(): Sharp;
}

const options: SharpOptions = {
  autoOrient: true,
  failOn: 'warning',
  limitInputPixels: greatestPixels,
};

/** Everybody who looks at a picture, network or person, sees transparency in this colour. */
const ground = '#ffffff';

/**
 * Opens an encoded picture and does `work` with it. Everything that goes wrong in either is `pictureUnreadable` with a
 * plain reason; `name` is what it calls the picture.
 */
export async function withPicture<T>(
  bytes: Uint8Array,
  name: string,
  work: (picture: Picture) => Promise<T>,
): Promise<T> {
  const isBmp = pictureFormat(bytes, name) === 'bmp';
  try {
    const picture = isBmp ? openBmp(bytes, name) : await open(bytes, name);
    return await withinPixelBudget(picture.width * picture.height, () => work(picture));
  } catch (error) {
    throw error instanceof TesseraError ? error : unreadable(name, plainReason(error), error);
  }
}

/** Ends a pipeline in sRGB, three channels of 8 bits. */
export const inColour = (pixels: Sharp): Sharp => pixels.toColourspace('srgb');

/** Ends a pipeline in grey by luminance, one channel of 8 bits. */
export const inGrey = (pixels: Sharp): Sharp => pixels.greyscale().toColourspace('b-w');

export const inChannels = (pixels: Sharp, channels: 1 | 3): Sharp =>
  channels === 1 ? inGrey(pixels) : inColour(pixels);

async function open(bytes: Uint8Array, name: string): Promise<Picture> {
  return { ...(await readHeader(bytes, name)), pixels: () => pipeline(sharp(bytes, options)) };
}

async function readHeader(bytes: Uint8Array, name: string): Promise<PictureHeader> {
  const header = await sharp(bytes, options).metadata();
  const { width, height } = header.autoOrient;
  checkSize(width, height, name);
  return {
    width,
    height,
    channels: header.space === 'b-w' || header.space === 'grey16' ? 1 : 3,
    takenAt: exifDate(header.exif),
    isTurned: (header.orientation ?? 1) !== 1,
  };
}

/** What the header says, without its pixels; null for a bitmap, which has no decoder that could be asked. */
export const headerOf = async (bytes: Uint8Array, name: string): Promise<PictureHeader | null> =>
  pictureFormat(bytes, name) === 'bmp' ? null : readHeader(bytes, name);

function openBmp(bytes: Uint8Array, name: string): Picture {
  const { width, height, pixels } = decodeBmp(bytes, name);
  const raw = { width, height, channels: 3 } as const;
  const shape = { width, height, channels: 3, takenAt: null, isTurned: false } as const;
  return { ...shape, pixels: () => pipeline(sharp(pixels, { raw })) };
}

const pipeline = (image: Sharp): Sharp =>
  image.flatten({ background: ground }).timeout({ seconds: decodingSeconds });

function checkSize(width: number, height: number, name: string): void {
  if (width * height <= greatestPixels) return;
  const millions = (pixels: number): string => `${Math.floor(pixels / 1e6)} million`;
  throw unreadable(
    name,
    `it has ${millions(width * height)} pixels, and at most ${millions(greatestPixels)} are read`,
  );
}

/** libvips speaks of its own parts; a person needs to know which of three things it is. */
function plainReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/pixel limit/i.test(message)) {
    return `it has more than ${greatestPixels / 1e6} million pixels`;
  }
  if (/timeout/i.test(message)) return `decoding it took longer than ${decodingSeconds} seconds`;
  if (/unsupported|not supported|unknown|unimplemented/i.test(message)) {
    return 'it is a variant of its format that is not supported; save it anew as JPEG or PNG';
  }
  return 'it is cut short or damaged';
}
