/** ONNX's own node tests once more, by the textbook kernels: they are what the fast ones are held against. */
import { expect, test } from 'vitest';

// The kernels are chosen once in a process, and each test file has one of its own.
process.env['TESSERA_ISA'] = 'ref';
await import('./onnx-vectors.test.ts');
const { engineInfo } = await import('../../app/engine/index.ts');

test('these are the textbook kernels', () => {
  expect(engineInfo().isa).toBe('ref');
});
