/**
 * How a picture becomes a network's input; there is no second way. Training, evaluation, prediction and the pictures
 * that judge an export all come through here:
 *
 * 1. the first frame, upright as the camera was held (EXIF), transparency over white, sRGB
 * 2. the largest square around its centre; what lies beside it is cut off
 * 3. that square resized to `size` × `size` (Lanczos, a = 3); one that has this size already is left alone, bit for bit
 * 4. three channels, or one by luminance, where the network looks at grey
 *
 * What is subtracted and divided afterwards (normalisation) is part of the network.
 */
import type { Sharp } from 'sharp';
import { inChannels, withPicture, type Picture } from './decode.ts';
import { readPlainPng } from './plain-png.ts';
import { namelessPicture } from './unreadable.ts';

/** Where one side is so many times the other, the square is cut out before it is resized: cheaper than after. */
const longShape = 4;

/**
 * An encoded picture (JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF) → uint8 [size, size, channels]. `name` is what errors call
 * it. Throws `pictureUnreadable`.
 */
export async function toInput(
  bytes: Uint8Array,
  size: number,
  channels: 1 | 3,
  name: string = namelessPicture,
): Promise<Uint8Array> {
  const plain = readPlainPng(bytes);
  if (plain?.width === size && plain.height === size && plain.channels === channels) return plain.pixels;
  return withPicture(bytes, name, async (picture) =>
    inChannels(squared(picture, size), channels).raw().toBuffer(),
  );
}

function squared(picture: Picture, size: number): Sharp {
  const { width, height } = picture;
  if (width === size && height === size) return picture.pixels();
  if (Math.max(width, height) < longShape * Math.min(width, height)) {
    return picture.pixels().resize(size, size, { fit: 'cover', position: 'centre' });
  }
  const side = Math.min(width, height);
  const left = Math.floor((width - side) / 2);
  const top = Math.floor((height - side) / 2);
  return picture.pixels().extract({ left, top, width: side, height: side }).resize(size, size);
}
