/** A float32 array as NumPy 1.0 files have it: magic, header padded to 64 bytes, values. */
export function npyFile(shape: readonly number[], data: Float32Array): Uint8Array {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const begin = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, length % 256, length >> 8]);
  return Buffer.concat([begin, Buffer.from(`${header.padEnd(length - 1)}\n`), Buffer.from(data.buffer)]);
}
