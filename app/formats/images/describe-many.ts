import { reportError } from '../../contract/index.ts';
import { describePicture, isTiny, type DescribedPicture } from './describe-picture.ts';
import { headerOf, type PictureHeader } from './decode.ts';
import { readPlainPng } from './plain-png.ts';
import { sharp } from './sharp.ts';

export interface NamedPicture {
  bytes: Uint8Array;
  /** What errors call it. */
  name: string;
}

/** Files up to here may hold a tiny picture and nothing else worth speaking of, bytes. */
const tinyBytes = 32 * 1024;

/**
 * `describePicture` for some dozens of pictures. Tiny ones, of which data sets have tens of thousands, are decoded in one
 * pipeline together: most of what a picture of 32×32 costs is to set up its own. Where that fails each is looked at by
 * itself, so that the reason is that of the one at fault. Gives the reason in place of a picture that cannot be read.
 */
export async function describeMany(
  pictures: readonly NamedPicture[],
): Promise<(DescribedPicture | { reason: string })[]> {
  const headers = await Promise.all(pictures.map(headerIfTiny));
  const together = pictures.filter((_, place) => headers[place] !== null);
  const areSound = together.length > 1 && (await decodesTogether(together));
  return Promise.all(
    pictures.map(async ({ bytes, name }, place) => {
      const header = headers[place] ?? null;
      if (header !== null && areSound) return { ...header, thumbnail: null };
      try {
        return await describePicture(bytes, name);
      } catch (error) {
        const { details, message } = reportError(error);
        return { reason: String(details['reason'] ?? message) };
      }
    }),
  );
}

/** Null where it is not tiny, where it is one of ours (those need no decoder), or where its header is no header. */
async function headerIfTiny({ bytes, name }: NamedPicture): Promise<PictureHeader | null> {
  if (bytes.length > tinyBytes || readPlainPng(bytes) !== null) return null;
  try {
    const header = await headerOf(bytes, name);
    return header !== null && isTiny(header) ? header : null;
  } catch {
    return null;
  }
}

async function decodesTogether(pictures: readonly NamedPicture[]): Promise<boolean> {
  try {
    const across = Math.ceil(Math.sqrt(pictures.length));
    const files = pictures.map(({ bytes }) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    await sharp(files, { failOn: 'warning', join: { across } }).raw().toBuffer();
    return true;
  } catch {
    return false;
  }
}
