/**
 * The fast kernels against the textbook ones, operator by operator, over random shapes with odd sizes and tails. Inputs
 * are small whole numbers where sums of products are exact in float32 whatever their order: there the two must agree to
 * the bit, and so convolution is direct. Winograd's, whose transforms round, is held to its own tolerance.
 */
import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tensor } from '../../app/engine/index.ts';
import { relativeError } from './golden.ts';
import type { OperatorAnswer, OperatorCall } from './operator-child.ts';

/** A process that runs single operators on the kernels of its choice. */
class Operators {
  readonly #child: ChildProcess;
  readonly #open = new Map<number, (answer: OperatorAnswer) => void>();
  #calls = 0;
  isa = '';

  constructor(isa: string | undefined, convolution: 'direct' | undefined) {
    this.#child = fork(`${import.meta.dirname}/operator-child.ts`, {
      // Teams of threads share the cores here: one that waits must not spin.
      env: { ...process.env, TESSERA_ISA: isa, TESSERA_CONV: convolution, OMP_WAIT_POLICY: 'passive' },
      serialization: 'advanced',
      execArgv: [],
    });
  }

  async started(): Promise<void> {
    [this.isa] = (await once(this.#child, 'message')) as [string];
    this.#child.on('message', (answer: OperatorAnswer) => this.#open.get(answer.id)?.(answer));
  }

  async call(operator: OperatorCall['operator'], ...args: unknown[]): Promise<unknown> {
    const id = (this.#calls += 1);
    const answer = await new Promise<OperatorAnswer>((resolve) => {
      this.#open.set(id, resolve);
      this.#child.send({ id, operator, args } satisfies OperatorCall);
    });
    this.#open.delete(id);
    if ('refused' in answer) throw new Error(answer.refused);
    return answer.result;
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}

let ref: Operators, fast: Operators, fastest: Operators;
beforeAll(async () => {
  ref = new Operators('ref', undefined);
  fast = new Operators(undefined, 'direct');
  fastest = new Operators(undefined, undefined);
  await Promise.all([ref.started(), fast.started(), fastest.started()]);
});
afterAll(() => {
  for (const operators of [ref, fast, fastest]) operators.stop();
});

const extent = (max: number) => fc.integer({ min: 1, max });
/** Around the register tile of 6 rows by 16 columns and the vector of 8. */
const channels = fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 33);
const pairOf = (arbitrary: fc.Arbitrary<number>) => fc.tuple(arbitrary, arbitrary);

type Fill = (shape: readonly number[], salt: number) => Tensor;

function fill(shape: readonly number[], value: (at: number) => number): Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  return { data: Float32Array.from({ length }, (_, at) => value(at)), shape };
}

/** Seeded numbers in [0, 1): a shape says enough about a case, so that the values need not be shrunk. */
const noise = (at: number, salt: number): number => {
  let mixed = Math.imul(at + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
};
const whole: Fill = (shape, salt) => fill(shape, (at) => Math.floor(noise(at, salt) * 9) - 4);
const real: Fill = (shape, salt) => fill(shape, (at) => noise(at, salt) * 4 - 2);

/** Holds whatever lies in two results against each other, to the bit but for the sign of a zero. */
const expectSame = (one: unknown, other: unknown): void => expect(unsigned(one)).toEqual(unsigned(other));

function unsigned(value: unknown): unknown {
  if (value instanceof Float32Array) return value.map((each) => each + 0);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unsigned(inner)]));
}

function expectClose(one: unknown, other: unknown, tolerance = 1e-5): void {
  if (one instanceof Float32Array && other instanceof Float32Array) {
    expect(relativeError(one, other)).toBeLessThanOrEqual(tolerance);
  } else if (typeof one === 'object' && one !== null && !ArrayBuffer.isView(one)) {
    for (const [key, value] of Object.entries(one))
      expectClose(value, (other as Record<string, unknown>)[key], tolerance);
  } else if (typeof one === 'number') {
    expect(one).toBeCloseTo(other as number, 4);
  } else {
    expectSame(one, other);
  }
}

async function both(operator: OperatorCall['operator'], ...args: unknown[]): Promise<[unknown, unknown]> {
  return Promise.all([fast.call(operator, ...args), ref.call(operator, ...args)]);
}

/** Whole numbers to the bit, then others within rounding. */
async function inBothFills(
  run: (fill: Fill, check: (results: [unknown, unknown]) => void) => Promise<void>,
): Promise<void> {
  await run(whole, ([one, other]) => expectSame(one, other));
  await run(real, ([one, other]) => expectClose(one, other));
}

const property = <T>(arbitrary: fc.Arbitrary<T>, body: (value: T) => Promise<void>, numRuns = 60) =>
  fc.assert(fc.asyncProperty(arbitrary, body), { numRuns });

const side = fc.integer({ min: 0, max: 3 });
const convolution = fc
  .record({
    n: extent(3),
    size: pairOf(extent(13)),
    c: channels,
    k: channels,
    kernel: pairOf(extent(5)),
    stride: pairOf(extent(3)),
    padding: fc.tuple(side, side, side, side),
    dilation: pairOf(extent(3)),
    groups: fc.constantFrom(1, 1, 1, 2, 3),
  })
  .filter(({ size: [h, w], padding: [top, left, bottom, right], kernel, dilation }) => {
    const fits = h + top + bottom > dilation[0] * (kernel[0] - 1);
    return fits && w + left + right > dilation[1] * (kernel[1] - 1);
  });

const pooling = fc
  .record({
    n: extent(3),
    c: fc.constantFrom(1, 3, 8, 11, 16, 24),
    size: pairOf(fc.integer({ min: 4, max: 12 })),
    window: pairOf(extent(4)),
    stride: pairOf(extent(4)),
    padded: pairOf(fc.nat(1)),
    countIncludePad: fc.boolean(),
    ceilMode: fc.boolean(),
  })
  .map(({ n, c, size, window, padded, ...rest }) => {
    const padding = [padded[0] * (window[0] >> 1), padded[1] * (window[1] >> 1)];
    return { x: [n, c, ...size], options: { window, padding, ...rest } };
  });

const shapeOf = (result: unknown): readonly number[] => (result as Tensor).shape;

describe('the fastest against ref', () => {
  test('the processes run what they were asked for', ({ skip }) => {
    expect(ref.isa).toBe('ref');
    if (fast.isa === 'ref') skip('this build has no vector kernels: ref was compared with itself');
    expect(['sse2', 'avx2', 'avx512', 'neon']).toContain(fast.isa);
    expect(fastest.isa).toBe(fast.isa);
  });

  test('conv2d', () =>
    property(
      convolution,
      ({ n, size, c, k, kernel, groups, ...rest }) =>
        inBothFills(async (values, check) => {
          const options = { ...rest, groups };
          const x = values([n, c * groups, ...size], 1);
          const weights = values([k * groups, c, ...kernel], 2);
          const bias = values([k * groups], 3);
          const forward = await both('conv2dForward', x, weights, n === 2 ? null : bias, options);
          check(forward);
          const dy = values(shapeOf(forward[0]), 4);
          check(await both('conv2dBackward', x, weights, dy, options));
        }),
      150,
    ));

  test('conv2d as networks take it, by Winograd where that is faster', () =>
    property(
      fc.record({
        n: extent(3),
        size: pairOf(fc.integer({ min: 6, max: 28 })),
        c: fc.constantFrom(16, 17, 24, 31, 64),
        k: fc.constantFrom(16, 17, 24, 33),
        padding: fc.tuple(side, side, side, side),
      }),
      async ({ n, size, c, k, padding }) => {
        const run = async (operator: OperatorCall['operator'], ...args: unknown[]): Promise<Tensor> => {
          const results = await Promise.all([fastest, ref].map((each) => each.call(operator, ...args)));
          expectClose(results[0], results[1], 2e-5);
          return results[0] as Tensor;
        };
        const [x, weights] = [real([n, c, ...size], 1), real([k, c, 3, 3], 2)];
        const y = await run('conv2dForward', x, weights, real([k], 3), { padding });
        await run('conv2dBackward', x, weights, real(y.shape, 4), { padding });
      },
      20,
    ));

  test('dense', () =>
    property(
      fc.record({ n: extent(20), features: extent(300), units: extent(40) }),
      ({ n, features, units }) =>
        inBothFills(async (values, check) => {
          const x = values([n, features], 1);
          const weights = values([units, features], 2);
          const bias = n % 3 === 0 ? null : values([units], 3);
          check(await both('denseForward', x, weights, bias));
          check(await both('denseBackward', x, weights, values([n, units], 4)));
        }),
    ));

  test('gemm', () =>
    property(
      fc.record({
        m: extent(70),
        n: extent(70),
        k: fc.constantFrom(1, 2, 7, 33, 255, 256, 257, 520),
        transA: fc.boolean(),
        transB: fc.boolean(),
        alpha: fc.integer({ min: -1, max: 2 }),
        beta: fc.integer({ min: 0, max: 2 }),
      }),
      ({ m, n, k, ...options }) =>
        inBothFills(async (values, check) => {
          const a = values(options.transA ? [k, m] : [m, k], 1);
          const b = values(options.transB ? [n, k] : [k, n], 2);
          check(await both('gemm', a, b, { ...options, c: values([m, n], 3) }));
        }),
    ));

  test('max pooling', () =>
    property(pooling, ({ x: shape, options }) =>
      inBothFills(async (values) => {
        const x = values(shape, 1);
        const [one, other] = await both('maxPool2dForward', x, options);
        expectSame(one, other);
        const { y, argmax } = other as { y: Tensor; argmax: Uint16Array };
        const [dx, expected] = await both('maxPool2dBackward', x, whole(y.shape, 2), argmax, options);
        expectSame(dx, expected);
      }),
    ));

  test('average pooling', () =>
    property(pooling, ({ x: shape, options }) =>
      inBothFills(async (values) => {
        const x = values(shape, 1);
        const forward = await both('avgPool2dForward', x, options);
        expectClose(...forward);
        expectClose(...(await both('avgPool2dBackward', x, values(shapeOf(forward[0]), 2), options)));
      }),
    ));

  test('global average pooling', () =>
    property(fc.tuple(extent(3), channels, extent(9), extent(9)), (shape) =>
      inBothFills(async (values) => {
        const x = values(shape, 1);
        expectClose(...(await both('globalAvgPoolForward', x)));
        expectClose(...(await both('globalAvgPoolBackward', x, values(shape.slice(0, 2), 2))));
      }),
    ));

  test.each(['relu', 'relu6', 'sigmoid', 'tanh'] as const)('%s', (kind) =>
    property(extent(200), (length) =>
      inBothFills(async (values, check) => {
        const exact = kind.startsWith('relu')
          ? check
          : ([one, other]: [unknown, unknown]) => expectClose(one, other);
        const forward = await both(`${kind}Forward`, values([length], 1));
        exact(forward);
        exact(await both(`${kind}Backward`, forward[1], values([length], 2)));
      }),
    ),
  );

  test('losses', () =>
    property(fc.tuple(extent(9), fc.integer({ min: 2, max: 40 })), async ([n, classes]) => {
      const logits = fill([n, classes], (at) => noise(at, 1) * 40 - 20);
      const labels = Int32Array.from({ length: n }, (_, at) => Math.floor(noise(at, 2) * classes));
      const targets = fill([n, classes], (at) => noise(at, 3));
      expectClose(...(await both('softmaxCrossEntropy', logits, labels)));
      expectClose(...(await both('bceWithLogits', logits, targets)));
      expectClose(...(await both('mse', logits, targets)));
    }));

  test('NaN and infinity surface alike', async () => {
    const x: Tensor = { data: new Float32Array(2 * 8 * 4 * 4).fill(1), shape: [2, 8, 4, 4] };
    x.data[5] = Number.NaN;
    x.data[77] = Number.POSITIVE_INFINITY;
    const options = { window: [2, 2], stride: [2, 2] };
    expectSame(...(await both('maxPool2dForward', x, options)));
    expectSame(...(await both('reluForward', x)));
    const weights = fill([3, 8, 3, 3], () => 1);
    const [one, other] = await both('conv2dForward', x, weights, null);
    expectSame(one, other);
    expect((one as Tensor).data.some(Number.isNaN)).toBe(true);
  });
});

describe('TESSERA_ISA and TESSERA_CONV', () => {
  const engine = new URL('../../app/engine/index.ts', import.meta.url).href;
  const script = `import(${JSON.stringify(engine)}).then(({ engineInfo }) => console.log(engineInfo().isa))`;
  const choose = (isa: string | undefined, convolution?: string) =>
    spawnSync(process.execPath, ['-e', script], {
      env: { ...process.env, TESSERA_ISA: isa, TESSERA_CONV: convolution },
      encoding: 'utf8',
    });

  test('ref is taken where it is asked for', () => {
    const { stdout, stderr } = choose('ref');
    expect([stdout, stderr]).toEqual(['ref\n', '']);
  });

  test('an unknown name is said, and runs on the reference', () => {
    const { stdout, stderr } = choose('sse9');
    expect(stdout).toBe('ref\n');
    expect(stderr).toContain('TESSERA_ISA must be ref, sse2, avx2, avx512 or neon');
  });

  test('what another architecture has is said to be missing, and runs on the reference', () => {
    const { stdout, stderr } = choose(process.arch === 'arm64' ? 'avx2' : 'neon');
    expect(stdout).toBe('ref\n');
    expect(stderr).toContain('this processor or build has no');
  });

  test('AVX2 can be asked for where AVX-512 is faster', ({ skip }) => {
    if (fast.isa !== 'avx512') skip('this processor or build has no AVX-512');
    expect(choose('avx2')).toMatchObject({ stdout: 'avx2\n', stderr: '' });
    expect(choose('avx512')).toMatchObject({ stdout: 'avx512\n', stderr: '' });
  });

  test.runIf(process.arch === 'x64')('the vectors that every x86-64 has can be asked for', () => {
    expect(choose('sse2')).toMatchObject({ stdout: 'sse2\n', stderr: '' });
  });

  test('TESSERA_CONV that is not direct is said, and runs on the reference', () => {
    const { stdout, stderr } = choose(undefined, 'winograd');
    expect(stdout).toBe('ref\n');
    expect(stderr).toContain('TESSERA_CONV can only be direct');
  });

  test('without it, the fastest that there is', () => {
    expect(choose(undefined).stdout).toBe(`${fast.isa}\n`);
  });
});
