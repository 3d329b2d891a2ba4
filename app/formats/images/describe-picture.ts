import type { Sharp } from 'sharp';
import { inColour, withPicture, type Picture } from './decode.ts';
import { readPlainPng, type PictureShape } from './plain-png.ts';
import { namelessPicture } from './unreadable.ts';

export interface DescribedPicture extends PictureShape {
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
  const plain = readPlainPng(bytes);
  if (plain !== null && isTiny(plain)) {
    const { width, height, channels } = plain;
    return { width, height, channels, thumbnail: null };
  }
  return withPicture(bytes, name, async (picture) => {
    const { width, height, channels } = picture;
    if (!isTiny(picture))
      return { width, height, channels, thumbnail: await thumbnailOf(picture).toBuffer() };
    await picture.pixels().raw().toBuffer();
    return { width, height, channels, thumbnail: null };
  });
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
  const { width, height } = picture;
  const small =
    Math.max(width, height) <= thumbnailSize
      ? picture.pixels()
      : picture.pixels().resize(thumbnailSize, thumbnailSize, { fit: 'inside' });
  return inColour(small).webp(isTiny(picture) ? { lossless: true, effort: 0 } : { quality: 80, effort: 1 });
}

export const isTiny = ({ width, height }: { width: number; height: number }): boolean =>
  Math.max(width, height) <= tinySize;
