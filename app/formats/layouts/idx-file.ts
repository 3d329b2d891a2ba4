/** IDX, the format of MNIST: two zeros, a type, a rank, big-endian sizes, then the values (Y. LeCun, C. Cortes). */
import { createGunzip } from 'node:zlib';
import { TesseraError } from '../../contract/index.ts';
import { inflated } from './inflate.ts';
import { fixedRecords, withoutHead } from './records.ts';
import { headOf, type SourceFile } from './source-file.ts';

export interface IdxHeader {
  /** `other` is a sound header of something that is neither. */
  holds: 'pictures' | 'labels' | 'other';
  count: number;
  height: number;
  width: number;
  channels: 1 | 3;
  /** Bytes of the header itself, and of each picture or label behind it. */
  length: number;
  recordLength: number;
}

const types = new Map([
  [0x08, 'unsigned bytes'],
  [0x09, 'signed bytes'],
  [0x0b, '16-bit integers'],
  [0x0c, '32-bit integers'],
  [0x0d, 'floats'],
  [0x0e, 'doubles'],
]);
const unsignedByte = 0x08;
const greatestHeader = 4 + 4 * 4;
/** More than any set has; a header that lies must not make us wait for the rest of the memory. */
const greatestCount = 50_000_000;
const greatestSide = 8192;

/**
 * The header of an IDX file, gzipped or not, told by its first bytes and not by its name; null where it is none. Throws
 * `fileMalformed` for one whose sizes cannot be.
 */
export async function readIdxHeader(file: SourceFile): Promise<IdxHeader | null> {
  const head = Buffer.from(await headOf(idxBytes(file), greatestHeader));
  const rank = head[3] ?? 0;
  if (head.length < 4 || head.readUInt16BE(0) !== 0 || !types.has(head[2] ?? 0) || rank < 1 || rank > 4) {
    return null;
  }
  const length = 4 + 4 * rank;
  if (head.length < length) refuseIdx(file, 'it ends within its header');
  const [count = 0, ...each] = Array.from({ length: rank }, (_, axis) => head.readUInt32BE(4 + 4 * axis));
  return { length, count, ...describe(file, head[2] ?? 0, count, each) };
}

type Described = Omit<IdxHeader, 'length' | 'count'>;

function describe(file: SourceFile, type: number, count: number, each: number[]): Described {
  const other: Described = { holds: 'other', height: 0, width: 0, channels: 1, recordLength: 0 };
  const [height = 1, width = 1, channels = 1] = each;
  if (type !== unsignedByte || each.length === 1 || (channels !== 1 && channels !== 3)) return other;
  if (count > greatestCount) refuseIdx(file, `its header promises ${count} of them`);
  if (each.length === 0) return { ...other, holds: 'labels', recordLength: 1 };
  if (height === 0 || width === 0 || Math.max(height, width) > greatestSide) {
    refuseIdx(file, `its header promises pictures of ${width}×${height} pixels`);
  }
  return { holds: 'pictures', height, width, channels, recordLength: height * width * channels };
}

/**
 * The pictures or labels of a file one after the other. Throws `fileMalformed` when there are fewer or more of them than
 * the header promises.
 */
export async function* idxRecords(file: SourceFile, header: IdxHeader): AsyncIterable<Uint8Array> {
  const { count, length, recordLength } = header;
  const promised = `its header promises ${count} ${header.holds}`;
  const records = fixedRecords(withoutHead(idxBytes(file), length), recordLength);
  try {
    for (let read = 0; ; read++) {
      const next = await records.next();
      if (next.done === true) {
        if (read < count) refuseIdx(file, `${promised}, but it ends after ${read}`);
        if (next.value > 0) refuseIdx(file, `${promised}, but more bytes follow`);
        return;
      }
      if (read === count) refuseIdx(file, `${promised}, but more bytes follow`);
      yield next.value;
    }
  } finally {
    await records.return(0);
  }
}

/** Every label of a file. Throws like `idxRecords`. */
export async function readIdxLabels(file: SourceFile, header: IdxHeader): Promise<Uint8Array> {
  const labels: number[] = [];
  for await (const [label = 0] of idxRecords(file, header)) labels.push(label);
  return Uint8Array.from(labels);
}

/** The file's bytes, unzipped where they begin as gzip does. */
async function* idxBytes(file: SourceFile): AsyncIterable<Uint8Array> {
  const [first, second] = await headOf(file.stream(), 2);
  if (first !== 0x1f || second !== 0x8b) return yield* file.stream();
  try {
    yield* inflated(file.stream(), createGunzip());
  } catch (error) {
    if (error instanceof TesseraError) throw error;
    const reason = 'it is cut short or damaged';
    throw new TesseraError('fileMalformed', { path: file.path, format: 'gzip', reason }, { cause: error });
  }
}

export function refuseIdx(file: SourceFile, reason: string): never {
  throw new TesseraError('fileMalformed', { path: file.path, format: 'IDX', reason });
}
