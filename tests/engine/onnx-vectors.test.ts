import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../app/engine/index.ts';
import { given } from './golden.ts';
import { readVectors, type Value, type Vector } from './onnx-vectors/files.ts';
import { operators, run } from './onnx-vectors/operators.ts';
import { ran, skipped } from './onnx-vectors/list.ts';
import { Unsupported } from './onnx-vectors/unsupported.ts';

/** Where ONNX's node tests lie: Debian's package `libonnx-testdata`, or another copy of them. */
const folder = process.env['TESSERA_ONNX_VECTORS'] ?? '/usr/share/libonnx-testdata/data/node';

/** Whole numbers are compared as they are; the engine's own rounding is far below ONNX's 1e-3. */
function expectSame(actual: Tensor, wanted: Value, what: string): void {
  expect([...actual.shape], what).toEqual([...wanted.shape]);
  const numbers = 'data' in wanted ? wanted.data : Float32Array.from(wanted.whole);
  expect(actual.data.length, what).toBe(numbers.length);
  numbers.forEach((value, at) => {
    const tolerance = 'data' in wanted ? 1e-6 + 1e-5 * Math.abs(value) : 0;
    expect(Math.abs(given(actual.data[at]) - value), `${what} at ${at}`).toBeLessThanOrEqual(tolerance);
  });
}

function check({ nodes, inputs, outputs, tensors }: Vector): void {
  const values = tensors('input');
  const results = run(nodes, new Map(inputs.map((name, at) => [name, given(values[at])])));
  tensors('output').forEach((wanted, at) => {
    const name = given(outputs[at]);
    expectSame(given(results.get(name)), wanted, name);
  });
}

/** Why the engine cannot run it; null where it can. */
function reason(vector: Vector): string | null {
  try {
    check(vector);
    return null;
  } catch (error) {
    if (error instanceof Unsupported) return error.message;
    throw error;
  }
}

describe('ONNX’s own node tests', () => {
  if (!existsSync(folder)) {
    test('are not on this machine', ({ skip }) => {
      const how = 'install libonnx-testdata, or set TESSERA_ONNX_VECTORS';
      process.stderr.write(`ONNX’s node tests were SKIPPED: ${folder} is not there (${how}).\n`);
      skip(`${folder} is not there: ${how}`);
    });
    return;
  }
  const vectors = readVectors(folder, new Set(Object.keys(operators)));

  test('are all there that once ran or were skipped', () => {
    const names = new Set(vectors.map(({ name }) => name));
    expect([...ran, ...Object.keys(skipped)].filter((name) => !names.has(name))).toEqual([]);
    expect(ran.filter((name) => name in skipped)).toEqual([]);
  });

  test.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (name, vector) => {
    const expected = skipped[name] ?? null;
    expect(reason(vector)).toBe(expected);
  });
});
