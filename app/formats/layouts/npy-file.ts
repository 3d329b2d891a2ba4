/** NumPy arrays that hold pictures, labels or the names of classes; in an npz each is a file of its own. */
import { TesseraError } from '../../contract/index.ts';
import { fortranOrder, npyHeaderLength, npyPreamble, parseNpyHeader, type NpyHeader } from '../npy.ts';
import { fixedRecords, withoutHead } from './records.ts';
import { headOf, type SourceFile } from './source-file.ts';

export interface NpyPictures {
  holds: 'pictures';
  file: SourceFile;
  header: NpyHeader;
  count: number;
  shape: PictureArray;
}

export interface NpyLabels {
  holds: 'labels' | 'texts';
  file: SourceFile;
  header: NpyHeader;
  count: number;
}

/** `other`: a sound array that holds neither pictures nor labels, and why. */
export type NpyFile = NpyPictures | NpyLabels | { holds: 'other'; file: SourceFile; reason: string };

export interface PictureArray {
  height: number;
  width: number;
  channels: 1 | 3;
  /** Whether each channel is a plane of its own, [N, C, H, W]. */
  isPlanar: boolean;
}

const greatestCount = 50_000_000;
const greatestSide = 8192;
/** Characters in a text; longer ones are no names of classes. */
const greatestText = 10_000;
const integer = /^([<|])([iu])([1248])$|^(\|)(b)(1)$/;
const textType = /^([<|])([US])(\d+)$/;

/** What an array is by its type and shape. Throws `fileMalformed` where it is no array, or one that cannot be. */
export async function openNpy(file: SourceFile): Promise<NpyFile> {
  const length = npyHeaderLength(await headOf(file.stream(), npyPreamble), file.path);
  const header = parseNpyHeader(await headOf(file.stream(), length), file.path);
  const { descr, shape } = header;
  const [count = 0] = shape;
  if (count > greatestCount) refuseNpy(file, `its header promises ${count} of them`);
  const other = (reason: string): NpyFile => ({ holds: 'other', file, reason });
  const isRow = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  if (descr === '|O') return other('it holds Python objects, which are never opened; save numbers or texts');
  if (isRow && integer.test(descr)) return { holds: 'labels', file, header, count };
  if (isRow && textType.test(descr)) return { holds: 'texts', file, header, count };
  if (descr === '|u1' && (shape.length === 3 || shape.length === 4)) {
    const picture = pictureArray(shape);
    if (picture === null)
      return other(`an array of shape (${shape.join(', ')}) is no list of grey or RGB pictures`);
    if (header.isFortran) return other(fortranOrder);
    const { height, width } = picture;
    if (height === 0 || width === 0 || Math.max(height, width) > greatestSide) {
      refuseNpy(file, `its header promises pictures of ${width}×${height} pixels`);
    }
    return { holds: 'pictures', file, header, count, shape: picture };
  }
  if (shape.length >= 3) {
    return other(`it holds ${descr}; save pictures as bytes of 0 to 255, (255 * x).astype("uint8")`);
  }
  return other(`an array of ${descr} and shape (${shape.join(', ')}) holds neither pictures nor labels`);
}

/** [N, H, W], [N, H, W, C] or [N, C, H, W]. */
function pictureArray([, a = 0, b = 0, c]: number[]): PictureArray | null {
  if (c === undefined) return { height: a, width: b, channels: 1, isPlanar: false };
  // Three channels are taken for such before a side of one pixel is.
  for (const channels of [3, 1] as const) {
    if (c === channels) return { height: a, width: b, channels, isPlanar: false };
    if (a === channels) return { height: b, width: c, channels, isPlanar: true };
  }
  return null;
}

/** Pictures as uint8 [H, W, C], one after the other. Throws `fileMalformed` when there are more or fewer than promised. */
export async function* npyPictures({ file, header, count, shape }: NpyPictures): AsyncIterable<Uint8Array> {
  const { height, width, channels, isPlanar } = shape;
  const records = fixedRecords(withoutHead(file.stream(), header.length), height * width * channels);
  try {
    for (let read = 0; ; read++) {
      const next = await records.next();
      if (next.done === true) {
        if (read < count) refuseNpy(file, `its header promises ${count} pictures, but it ends after ${read}`);
        if (next.value > 0) refuseNpy(file, `its header promises ${count} pictures, but more bytes follow`);
        return;
      }
      if (read === count) refuseNpy(file, `its header promises ${count} pictures, but more bytes follow`);
      yield isPlanar && channels === 3 ? interleaved(next.value, height * width) : next.value;
    }
  } finally {
    await records.return(0);
  }
}

/** [C, H, W] → [H, W, C] */
function interleaved(planes: Uint8Array, plane: number): Uint8Array {
  const pixels = new Uint8Array(planes.length);
  for (let place = 0; place < plane; place++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[3 * place + channel] = planes[channel * plane + place] ?? 0;
    }
  }
  return pixels;
}

/** Every label of an array, as text. Throws `fileMalformed`. */
export async function npyTexts({ file, header, count }: NpyLabels): Promise<string[]> {
  const [, order, kind, size] = (integer.exec(header.descr) ?? textType.exec(header.descr) ?? []).filter(
    (part) => part !== undefined,
  );
  const width = kind === 'U' ? 4 * Number(size) : Number(size);
  if (order === undefined || width > 4 * greatestText)
    refuseNpy(file, `texts of ${size} characters are too long`);
  const bytes = Buffer.from(await file.read()).subarray(header.length);
  if (bytes.length !== count * width) {
    refuseNpy(file, `its header promises ${count} values, but ${bytes.length} bytes are there`);
  }
  return Array.from({ length: count }, (_, place) => {
    const value = bytes.subarray(place * width, (place + 1) * width);
    if (kind === 'U') return codePoints(value);
    if (kind === 'S') return value.toString('utf8').replace(/\0+$/, '');
    return String(kind === 'i' ? signed(value) : unsigned(value));
  });
}

const signed = (value: Buffer): bigint | number =>
  value.length === 8 ? value.readBigInt64LE() : value.readIntLE(0, value.length);
const unsigned = (value: Buffer): bigint | number =>
  value.length === 8 ? value.readBigUInt64LE() : value.readUIntLE(0, value.length);

/** UTF-32, filled up with zeros; what is no character counts as a box. */
function codePoints(value: Buffer): string {
  let text = '';
  for (let at = 0; at + 4 <= value.length; at += 4) {
    const point = value.readUInt32LE(at);
    if (point === 0) break;
    text += point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point);
  }
  return text.toWellFormed();
}

export function refuseNpy({ path }: SourceFile, reason: string): never {
  throw new TesseraError('fileMalformed', { path, format: '.npy', reason });
}
