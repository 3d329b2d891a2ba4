import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TesseraError } from '../../app/contract/index.ts';
import {
  readSafetensors,
  toFloatTensor,
  writeSafetensors,
  type FloatTensor,
} from '../../app/formats/safetensors.ts';

/** A file with any header and body. */
function fileOf(header: unknown, body: number, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + body);
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  file.set(text, 8);
  return file;
}

const floats = (data_offsets: [number, number], shape: number[], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets,
});

const tensor = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }).chain((shape) => {
  const length = shape.reduce((product, size) => product * size, 1);
  const data = fc.array(fc.float({ noNaN: true }), { minLength: length, maxLength: length });
  return data.map((values): FloatTensor => ({ shape, data: Float32Array.from(values) }));
});
const tensors = fc
  .uniqueArray(fc.tuple(fc.string({ minLength: 1 }), tensor), { selector: ([name]) => name, maxLength: 5 })
  .map((named) => Object.fromEntries(named.filter(([name]) => name !== '__metadata__')));

describe('safetensors', () => {
  test('what was written is read again', () => {
    fc.assert(
      fc.property(tensors, fc.dictionary(fc.string(), fc.string()), (written, metadata) => {
        const file = readSafetensors(writeSafetensors(written, metadata), 'x');
        expect({ ...file.metadata }).toEqual({ ...metadata });
        expect([...file.tensors.keys()].sort()).toEqual(Object.keys(written).sort());
        for (const [name, stored] of file.tensors) {
          expect(toFloatTensor(stored, name, 'x')).toEqual(written[name]);
        }
      }),
    );
  });

  test('a name that means something to JavaScript is a name like any other', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const metadata = Object.fromEntries(names.map((name) => [name, `the ${name}`]));
    const one: FloatTensor = { data: Float32Array.of(1), shape: [1] };
    const file = readSafetensors(
      writeSafetensors(Object.fromEntries(names.map((name) => [name, one])), metadata),
      'x',
    );
    expect(Object.entries(file.metadata)).toEqual(Object.entries(metadata));
    expect([...file.tensors.keys()]).toEqual(names);
  });

  test('the bytes are those of the format', () => {
    const file = writeSafetensors({ a: { data: Float32Array.of(1, -2), shape: [2] } });
    const header = '{"__metadata__":{},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    expect(new DataView(file.buffer).getBigUint64(0, true)).toBe(BigInt(padded.length));
    expect(new TextDecoder().decode(file.subarray(8, -8))).toBe(padded);
    expect([...file.subarray(-8)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['too short', new Uint8Array(7), /too few/],
    ['a header beyond 100 MB', fileOf({}, 0, 100_000_001n), /too long/],
    ['a header of 2⁶⁴ − 1 bytes', fileOf({}, 0, 2n ** 64n - 1n), /too long/],
    ['a header beyond the end', fileOf({}, 0, 3n), /ends within/],
    ['a header that is a list', fileOf('[]', 0), /begin with \{/],
    ['a header that is no JSON', fileOf('{"a"', 0), /not JSON/],
    ['an unknown type', fileOf({ a: floats([0, 4], [1], 'F31') }, 4), /dtype/],
    ['a negative size', fileOf({ a: floats([0, 4], [-1]) }, 4), /shape/],
    ['a missing field', fileOf({ a: { dtype: 'F32', shape: [] } }, 4), /data_offsets/],
    ['metadata that is a list', fileOf({ __metadata__: ['a'] }, 0), /__metadata__/],
    ['metadata that is no text', fileOf({ __metadata__: { a: 1 } }, 0), /__metadata__/],
    ['an overlap', fileOf({ a: floats([0, 8], [2]), b: floats([4, 12], [2]) }, 12), /b overlaps/],
    ['a hole', fileOf({ a: floats([0, 4], [1]), b: floats([8, 12], [1]) }, 12), /b leaves a hole/],
    ['a hole at the front', fileOf({ a: floats([4, 8], [1]) }, 8), /hole/],
    ['bytes after the last tensor', fileOf({ a: floats([0, 4], [1]) }, 5), /take 4 bytes, but 5/],
    ['an end beyond the file', fileOf({ a: floats([0, 8], [2]) }, 4), /take 8 bytes, but 4/],
    ['an end before the begin', fileOf({ a: floats([0, -4], [1]) }, 0), /data_offsets/],
    ['a shape that overflows', fileOf({ a: floats([0, 0], [2 ** 32, 2 ** 32]) }, 0), /fill its shape/],
  ])('refuses %s', (_, file, reason) => {
    expect(() => readSafetensors(file, 'bad.safetensors')).toThrow(reason);
    expect(() => readSafetensors(file, 'bad.safetensors')).toThrow(/^bad.safetensors is not a well-formed/);
  });

  test('bytes from anywhere are read or refused, nothing else', () => {
    const mutated = fc
      .tuple(tensors, fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 }))
      .map(([written, changes]) => {
        const file = writeSafetensors(written);
        for (const [place, byte] of changes) if (place < file.length) file[place] = byte;
        return file;
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 64 })), (file) => {
        try {
          readSafetensors(file, 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(TesseraError);
          expect((error as TesseraError).code).toBe('fileMalformed');
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('a tensor of another type is not taken for float32', () => {
    const { tensors: read } = readSafetensors(fileOf({ a: floats([0, 2], [1], 'I16') }, 2), 'x');
    const stored = read.get('a');
    expect(stored?.dtype).toBe('I16');
    expect(() => stored && toFloatTensor(stored, 'a', 'x')).toThrow(/a holds I16/);
  });

  test('half precision is widened: subnormal, one, greatest, negative, infinite, not a number', () => {
    const halves = Uint16Array.of(0x0001, 0x3c00, 0x7bff, 0xc500, 0x7c00, 0xfc00, 0x7e00, 0x0000);
    const stored = { dtype: 'F16' as const, shape: [8], bytes: new Uint8Array(halves.buffer) };
    const { data } = toFloatTensor(stored, 'a', 'x');
    expect([...data]).toEqual([2 ** -24, 1, 65504, -5, Infinity, -Infinity, NaN, 0]);
  });
});
