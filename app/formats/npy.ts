/** NumPy's `.npy`: a magic, a version, a Python dictionary as the header, then the array's bytes (NEP 1). */
import { TesseraError } from '../contract/index.ts';

export type NpyArray =
  | { dtype: 'float32'; shape: number[]; data: Float32Array }
  | { dtype: 'uint8'; shape: number[]; data: Uint8Array };

/** `\x93NUMPY` */
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const preamble = magic.length + 2;
const greatestHeader = 1_000_000;

/**
 * Reads an array of little-endian float32 or uint8 in C order, versions 1 and 2. `path` is only named in errors. Throws
 * `fileMalformed`, saying how to save the array instead where it is a sound one of another kind.
 */
export function readNpy(file: Uint8Array, path: string): NpyArray {
  const { descr, shape, isFortran, length } = parseNpyHeader(file, path);
  const body = file.subarray(length);
  if (isFortran) refuse(path, fortranOrder);
  if (descr === '<f4') {
    return { dtype: 'float32', shape, data: new Float32Array(values(body, shape, 4, path).buffer) };
  }
  if (descr === '|u1') return { dtype: 'uint8', shape, data: values(body, shape, 1, path) };
  return refuse(path, `it holds ${descr}; save x.astype("float32") or x.astype("uint8") instead`);
}

export interface NpyHeader {
  /** NumPy's name of the type: `<f4`, `|u1`, `<U12`. */
  descr: string;
  shape: number[];
  /** Whether the last axis is not the one whose values lie next to each other; of one axis it makes no difference. */
  isFortran: boolean;
  /** Of the header itself, bytes: the values begin behind it. */
  length: number;
}

export const fortranOrder = 'it is in Fortran order; save numpy.ascontiguousarray(x) instead';

/** Bytes that tell how long the header is. */
export const npyPreamble = preamble + 4;

/** How many bytes `parseNpyHeader` has to see, from the first `npyPreamble` of them. Throws `fileMalformed`. */
export function npyHeaderLength(head: Uint8Array, path: string): number {
  if (magic.some((byte, place) => head[place] !== byte)) {
    refuse(path, 'it does not begin with the magic of .npy');
  }
  const version = head[magic.length];
  if (version !== 1 && version !== 2) refuse(path, `version ${version ?? 'none'} is not known`);
  const begin = preamble + (version === 1 ? 2 : 4);
  if (head.length < begin) refuse(path, 'it ends within its header');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const length = version === 1 ? view.getUint16(preamble, true) : view.getUint32(preamble, true);
  if (length > greatestHeader) refuse(path, `a header of ${length} bytes is too long`);
  return begin + length;
}

/** The header of an array; more of the file than that may be given. Throws `fileMalformed`. */
export function parseNpyHeader(head: Uint8Array, path: string): NpyHeader {
  const length = npyHeaderLength(head, path);
  if (length > head.length) refuse(path, 'it ends within its header');
  const header = text(head.subarray(preamble, length));
  const order = field(header, /'fortran_order'\s*:\s*(True|False)/, 'fortran_order', path);
  const shape = parseShape(field(header, /'shape'\s*:\s*\(([^()]*)\)/, 'shape', path), path);
  return {
    descr: field(header, /'descr'\s*:\s*'([^']*)'/, 'descr', path),
    shape,
    isFortran: order === 'True' && shape.length > 1,
    length,
  };
}

function field(header: string, pattern: RegExp, name: string, path: string): string {
  return pattern.exec(header)?.[1] ?? refuse(path, `its header has no ${name}`);
}

/** `3, 4`, `3,` or nothing at all: the inside of a Python tuple. */
function parseShape(inside: string, path: string): number[] {
  const parts = inside.split(',').map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  return parts.map((part) => {
    const size = /^\d+$/.test(part) ? Number(part) : Number.NaN;
    return Number.isSafeInteger(size) ? size : refuse(path, `its shape has ${JSON.stringify(part)}`);
  });
}

/** The array's bytes, copied to where a typed array may begin. */
function values(
  body: Uint8Array,
  shape: number[],
  bytesPerValue: number,
  path: string,
): Uint8Array<ArrayBuffer> {
  const expected = shape.reduce((product, size) => product * BigInt(size), BigInt(bytesPerValue));
  if (expected !== BigInt(body.length)) {
    refuse(
      path,
      `an array of shape (${shape.join(', ')}) takes ${expected} bytes, but ${body.length} are there`,
    );
  }
  return Uint8Array.from(body);
}

const text = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

function refuse(path: string, reason: string): never {
  throw new TesseraError('fileMalformed', { path, format: '.npy', reason });
}
