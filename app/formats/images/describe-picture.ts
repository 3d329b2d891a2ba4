import type { Sharp } from 'sharp';
import { measurePicture } from '../../core/dataset/measures.ts';
import type { PictureMeasures } from '../../core/tasks.ts';
import { inColour, withPicture, type Picture } from './decode.ts';
import { readPlainPng, type PictureShape } from './plain-png.ts';
import { sharp } from './sharp.ts';
import { namelessPicture } from './unreadable.ts';

export interface DescribedPicture extends PictureShape {
  measures: PictureMeasures;
  /** A WebP of at most `thumbnailSize` on its longer side; null for pictures so small that theirs are made when asked. */
  thumbnail: Uint8Array | null;
}

/** Longest side of a thumbnail, pixels. */
const thumbnailSize = 256;
/**
 * Longest side of a picture that gets no thumbnail on import, pixels. Data sets of those have tens of thousands, one file
 * more for each would double the time, and one that is looked at is made in a millisecond.
 */
const tinySize = 64;

/**
 * What a picture is, decoded once and whole: one that is cut short does not pass. `width` and `height` are those of the
 * upright picture; `channels` is 1 where its header says grey (RGB whose three channels happen to be equal counts as
 * colour: to know, every pixel would have to be looked at). Throws `pictureUnreadable`.
 */
export async function describePicture(
  bytes: Uint8Array,
  name: string = namelessPicture,
): Promise<DescribedPicture> {
  const plain = describePlain(bytes);
  if (plain !== null) return plain;
  return withPicture(bytes, name, async (picture) => {
    const { width, height, channels, takenAt } = picture;
    // Decoded once: what is measured and what becomes the thumbnail are the same pixels.
    const small = await inColour(smaller(picture)).raw().toBuffer({ resolveWithObject: true });
    const raw = { width: small.info.width, height: small.info.height, channels: 3 } as const;
    const measures = { ...measurePicture({ ...raw, pixels: small.data }), takenAt };
    const thumbnail = isTiny(picture) ? null : await sharp(small.data, { raw }).webp(lossy).toBuffer();
    return { width, height, channels, measures, thumbnail };
  });
}

/** `describePicture` for a tiny PNG that we made ourselves, which needs no decoder; null for every other file. */
export function describePlain(bytes: Uint8Array): DescribedPicture | null {
  const plain = readPlainPng(bytes);
  if (plain === null || !isTiny(plain)) return null;
  const { width, height, channels } = plain;
  const measures = { ...measurePicture(plain), takenAt: null };
  return { width, height, channels, measures, thumbnail: null };
}

/** The thumbnail of any picture, as WebP. Throws `pictureUnreadable`. */
export const toThumbnail = (bytes: Uint8Array, name: string = namelessPicture): Promise<Uint8Array> =>
  withPicture(bytes, name, (picture) => thumbnailOf(picture).toBuffer());

/** The whole picture, upright in sRGB (grey stays grey), as PNG: the pixels as they are. Throws `pictureUnreadable`. */
export const toUprightPng = (bytes: Uint8Array, name: string = namelessPicture): Promise<Uint8Array> =>
  withPicture(bytes, name, (picture) => {
    const pixels = picture.pixels().toColourspace(picture.channels === 1 ? 'b-w' : 'srgb');
    return pixels.png({ compressionLevel: 4 }).toBuffer();
  });

/** Tiny ones keep every pixel, so that they can be enlarged; of photographs nobody sees the difference. */
function thumbnailOf(picture: Picture): Sharp {
  return inColour(smaller(picture)).webp(isTiny(picture) ? { lossless: true, effort: 0 } : lossy);
}

/** More effort would take a quarter longer and save a hundredth to a seventh of the bytes. */
const lossy = { quality: 80, effort: 0 } as const;

/** At the size of a thumbnail. */
function smaller(picture: Picture): Sharp {
  return Math.max(picture.width, picture.height) <= thumbnailSize
    ? picture.pixels()
    : picture.pixels().resize(thumbnailSize, thumbnailSize, { fit: 'inside' });
}

export const isTiny = ({ width, height }: { width: number; height: number }): boolean =>
  Math.max(width, height) <= tinySize;
