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
  const { header, body } = splitFile(file, path);
  const descr = field(header, /'descr'\s*:\s*'([^']*)'/, 'descr', path);
  const order = field(header, /'fortran_order'\s*:\s*(True|False)/, 'fortran_order', path);
  const shape = parseShape(field(header, /'shape'\s*:\s*\(([^()]*)\)/, 'shape', path), path);
  if (order === 'True' && shape.length > 1) {
    refuse(path, 'it is in Fortran order; save numpy.ascontiguousarray(x) instead');
  }
  if (descr === '<f4') {
    return { dtype: 'float32', shape, data: new Float32Array(values(body, shape, 4, path).buffer) };
  }
  if (descr === '|u1') return { dtype: 'uint8', shape, data: values(body, shape, 1, path) };
  return refuse(path, `it holds ${descr}; save x.astype("float32") or x.astype("uint8") instead`);
}

function splitFile(file: Uint8Array, path: string): { header: string; body: Uint8Array } {
  if (magic.some((byte, place) => file[place] !== byte)) {
    refuse(path, 'it does not begin with the magic of .npy');
  }
  const version = file[magic.length];
  if (version !== 1 && version !== 2) refuse(path, `version ${version ?? 'none'} is not known`);
  const begin = preamble + (version === 1 ? 2 : 4);
  if (file.length < begin) refuse(path, 'it ends within its header');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = version === 1 ? view.getUint16(preamble, true) : view.getUint32(preamble, true);
  if (length > greatestHeader) refuse(path, `a header of ${length} bytes is too long`);
  if (begin + length > file.length) refuse(path, 'it ends within its header');
  return { header: text(file.subarray(begin, begin + length)), body: file.subarray(begin + length) };
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
