import { reasonOf } from '../../contract/index.ts';
import { measurePicture } from '../../core/dataset/measures.ts';
import { describePicture, describePlain, isTiny, type DescribedPicture } from './describe-picture.ts';
import { headerOf, inColour, type PictureHeader } from './decode.ts';
import { plainHeader } from './plain-header.ts';
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
  const ours = pictures.map(({ bytes }) => describePlain(bytes));
  const headers = await Promise.all(
    pictures.map((picture, place) => (ours[place] === null ? headerIfTiny(picture) : null)),
  );
  const together = pictures.filter((_, place) => headers[place] !== null);
  const joined = together.length > 1 ? await decodedTogether(together) : null;
  const places = new Map(together.map((picture, at) => [picture, at]));
  return Promise.all(
    pictures.map(async (picture, place) => {
      const own = ours[place] ?? null;
      if (own !== null) return own;
      const { bytes, name } = picture;
      const header = headers[place] ?? null;
      if (header !== null && joined !== null) {
        const { width, height, channels, takenAt } = header;
        const pixels = cutOut(joined, places.get(picture) as number, header);
        const measures = { ...measurePicture({ pixels, width, height, channels: 3 }), takenAt };
        return { width, height, channels, measures, thumbnail: null };
      }
      try {
        return await describePicture(bytes, name);
      } catch (error) {
        return { reason: reasonOf(error) };
      }
    }),
  );
}

/** Null where it is not tiny, where it lies turned in its file, or where its header is no header. */
async function headerIfTiny({ bytes, name }: NamedPicture): Promise<PictureHeader | null> {
  if (bytes.length > tinyBytes) return null;
  try {
    const header = plainHeader(bytes) ?? (await headerOf(bytes, name));
    return header !== null && isTiny(header) && !header.isTurned ? header : null;
  } catch {
    return null;
  }
}

/** uint8 [height, width, 3], every picture at the top left of its own cell. */
interface Joined {
  pixels: Uint8Array;
  width: number;
  across: number;
  cell: { width: number; height: number };
}

/** Null where that fails, or where the cells are not where they are expected. */
async function decodedTogether(pictures: readonly NamedPicture[]): Promise<Joined | null> {
  try {
    const across = Math.ceil(Math.sqrt(pictures.length));
    const files = pictures.map(({ bytes }) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    const { data, info } = await inColour(
      sharp(files, { failOn: 'warning', join: { across } }).flatten({ background: '#ffffff' }),
    )
      .raw()
      .toBuffer({ resolveWithObject: true });
    const down = Math.ceil(pictures.length / across);
    const cell = { width: info.width / across, height: info.height / down };
    const fits = Number.isInteger(cell.width) && Number.isInteger(cell.height) && info.channels === 3;
    return fits ? { pixels: data, width: info.width, across, cell } : null;
  } catch {
    return null;
  }
}

function cutOut(
  { pixels, width: rowLength, across, cell }: Joined,
  at: number,
  { width, height }: PictureHeader,
): Uint8Array {
  const left = (at % across) * cell.width;
  const top = Math.floor(at / across) * cell.height;
  const own = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * rowLength + left) * 3;
    own.set(pixels.subarray(from, from + width * 3), row * width * 3);
  }
  return own;
}
