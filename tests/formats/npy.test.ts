import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TesseraError } from '../../app/contract/index.ts';
import { readNpy } from '../../app/formats/npy.ts';

/** As NumPy writes it: the header padded with blanks to 64 bytes and ended by a newline. */
function npy(header: string, body: Uint8Array, version = 1): Uint8Array {
  const begin = version === 1 ? 10 : 12;
  const length = Math.ceil((begin + header.length + 1) / 64) * 64 - begin;
  const file = new Uint8Array(begin + length + body.length);
  file.set([0x93, ...Buffer.from('NUMPY'), version, 0]);
  const view = new DataView(file.buffer);
  if (version === 1) view.setUint16(8, length, true);
  else view.setUint32(8, length, true);
  file.set(Buffer.from(`${header.padEnd(length - 1)}\n`), begin);
  file.set(body, begin + length);
  return file;
}

const header = (shape: string, descr = '<f4', order = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;

const bytesOf = (data: Float32Array): Uint8Array => new Uint8Array(data.buffer);
const tuple = (shape: number[]): string => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`);

describe('npy', () => {
  test('arrays of every shape, versions 1 and 2', () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(shapes, fc.constantFrom(1, 2), fc.integer(), (shape, version, seed) => {
        const length = shape.reduce((product, size) => product * size, 1);
        const data = Float32Array.from({ length }, (_, index) => Math.sin(seed + index));
        const file = npy(header(tuple(shape)), bytesOf(data), version);
        expect(readNpy(file, 'x.npy')).toEqual({ dtype: 'float32', shape, data });
        const pictures = Uint8Array.from({ length }, (_, index) => seed + index);
        const second = readNpy(npy(header(tuple(shape), '|u1'), pictures, version), 'x.npy');
        expect(second).toEqual({ dtype: 'uint8', shape, data: pictures });
      }),
    );
  });

  test('a file that begins at an odd place of a larger buffer', () => {
    const file = npy(header('(1,)'), bytesOf(Float32Array.of(0.5)));
    const shifted = new Uint8Array(file.length + 3);
    shifted.set(file, 3);
    expect(readNpy(shifted.subarray(3), 'x').data).toEqual(Float32Array.of(0.5));
  });

  test('one row or column is the same in both orders', () => {
    const file = npy(header('(2,)', '<f4', 'True'), bytesOf(Float32Array.of(1, 2)));
    expect(readNpy(file, 'x').data).toEqual(Float32Array.of(1, 2));
  });

  const four = new Uint8Array(4);
  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(), /magic/],
    ['another file', Uint8Array.from(Buffer.from('PK\x03\x04 and more')), /magic/],
    ['version 3', npy(header('(1,)'), four, 3), /version 3/],
    ['a cut header', npy(header('(1,)'), four).subarray(0, 40), /ends within/],
    ['a cut length', npy(header('(1,)'), four).subarray(0, 9), /ends within/],
    ['float64', npy(header('(1,)', '<f8'), new Uint8Array(8)), /holds <f8; save x.astype\("float32"\)/],
    ['big-endian float32', npy(header('(1,)', '>f4'), four), /holds >f4/],
    ['Fortran order', npy(header('(1, 1)', '<f4', 'True'), four), /ascontiguousarray/],
    ['too few values', npy(header('(2,)'), four), /takes 8 bytes, but 4/],
    ['too many values', npy(header('()'), new Uint8Array(8)), /takes 4 bytes, but 8/],
    ['a shape that overflows', npy(header('(4294967296, 4294967296)'), four), /but 4 are there/],
    ['a negative size', npy(header('(-1,)'), four), /shape has "-1"/],
    ['a header without a shape', npy("{'descr': '<f4', 'fortran_order': False, }", four), /no shape/],
  ])('refuses %s', (_, file, reason) => {
    expect(() => readNpy(file, 'bad.npy')).toThrow(reason);
    expect(() => readNpy(file, 'bad.npy')).toThrow(/^bad.npy is not a well-formed .npy file/);
  });

  test('bytes from anywhere are read or refused, nothing else', () => {
    const sound = npy(header('(2, 2)'), new Uint8Array(16));
    const mutated = fc
      .array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 6 })
      .map((changes) => {
        const file = sound.slice();
        for (const [place, byte] of changes) file[place] = byte;
        return file;
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 64 })), (file) => {
        try {
          readNpy(file, 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(TesseraError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
