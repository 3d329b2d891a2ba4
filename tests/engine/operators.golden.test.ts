import { describe, expect, test } from 'vitest';
import * as ops from '../../app/engine/ops.ts';
import type { LayerGradients, Tensor } from '../../app/engine/index.ts';
import { expectNear, Golden } from './golden.ts';

const golden = new Golden('operators');

interface Case {
  name: string;
  operator: string;
  options: Record<string, unknown>;
}

/** Operators round once or sum a few dozen products; float32 keeps 24 bits. */
const near = (actual: Tensor, { name }: Case, tensor: string): void =>
  expectNear(actual, golden.tensor(`${name}/${tensor}`), `${name}: ${tensor}`, 1e-6);

function layer(
  of: Case,
  forward: (x: Tensor, weights: Tensor, bias: Tensor | null) => Tensor,
  backward: (x: Tensor, weights: Tensor, dy: Tensor) => LayerGradients,
): void {
  const [x, weights, dy] = ['x', 'weights', 'dy'].map((each) => golden.tensor(`${of.name}/${each}`));
  if (x === undefined || weights === undefined || dy === undefined) throw new Error('unreachable');
  const withBias = golden.has(`${of.name}/bias`);
  near(forward(x, weights, withBias ? golden.tensor(`${of.name}/bias`) : null), of, 'y');
  const { dx, dweights, dbias } = backward(x, weights, dy);
  near(dx, of, 'dx');
  near(dweights, of, 'dweights');
  if (withBias) near(dbias, of, 'dbias');
}

/** The case's tensors of these names; as many as are asked for. */
const tensorsOf = <const Names extends readonly string[]>(of: Case, ...names: Names) =>
  names.map((name) => golden.tensor(`${of.name}/${name}`)) as { [K in keyof Names]: Tensor };

const loss =
  (run: (logits: Tensor, targets: Tensor) => { loss: number; gradient: Tensor }) =>
  (of: Case): void => {
    const result = run(golden.tensor(`${of.name}/logits`), golden.tensor(`${of.name}/targets`));
    expect(result.loss).toBeCloseTo(golden.scalar(`${of.name}/loss`), 5);
    near(result.gradient, of, 'gradient');
  };

const activation =
  (forward: (x: Tensor) => Tensor, backward: (y: Tensor, dy: Tensor) => Tensor) =>
  (of: Case): void => {
    const y = forward(golden.tensor(`${of.name}/x`));
    near(y, of, 'y');
    near(backward(y, golden.tensor(`${of.name}/dy`)), of, 'dx');
  };

/** What each operator of the fixture is held against. */
const checks: Record<string, (of: Case) => void> = {
  conv2d: (of) =>
    layer(
      of,
      (x, weights, bias) => ops.conv2dForward(x, weights, bias, of.options),
      (x, weights, dy) => ops.conv2dBackward(x, weights, dy, of.options),
    ),
  dense: (of) => layer(of, ops.denseForward, ops.denseBackward),
  maxPool2d: (of) => {
    const options = of.options as unknown as ops.Pool2dOptions;
    const x = golden.tensor(`${of.name}/x`);
    const { y, argmax } = ops.maxPool2dForward(x, options);
    near(y, of, 'y');
    expect(argmax).toEqual(golden.uint16(`${of.name}/argmax`));
    near(ops.maxPool2dBackward(x, golden.tensor(`${of.name}/dy`), argmax, options), of, 'dx');
  },
  avgPool2d: (of) => {
    const options = of.options as unknown as ops.Pool2dOptions;
    const x = golden.tensor(`${of.name}/x`);
    near(ops.avgPool2dForward(x, options), of, 'y');
    near(ops.avgPool2dBackward(x, golden.tensor(`${of.name}/dy`), options), of, 'dx');
  },
  globalAvgPool: (of) => {
    const x = golden.tensor(`${of.name}/x`);
    near(ops.globalAvgPoolForward(x), of, 'y');
    near(ops.globalAvgPoolBackward(x, golden.tensor(`${of.name}/dy`)), of, 'dx');
  },
  relu: activation(ops.reluForward, ops.reluBackward),
  relu6: activation(ops.relu6Forward, ops.relu6Backward),
  sigmoid: activation(ops.sigmoidForward, ops.sigmoidBackward),
  tanh: activation(ops.tanhForward, ops.tanhBackward),
  softmaxCrossEntropy: (of) => {
    const logits = golden.tensor(`${of.name}/logits`);
    const result = ops.softmaxCrossEntropy(logits, golden.int32(`${of.name}/labels`));
    expect(result.loss).toBeCloseTo(golden.scalar(`${of.name}/loss`), 4);
    near(result.gradient, of, 'gradient');
  },
  bceWithLogits: loss(ops.bceWithLogits),
  mse: loss(ops.mse),
  batchNorm: (of) => {
    const [x, scale, shift, mean, variance, dy] = tensorsOf(
      of,
      'x',
      'scale',
      'shift',
      'mean',
      'variance',
      'dy',
    );
    const result = ops.batchNormForward(x, scale, shift, { mean, variance }, of.options);
    near(result.y, of, 'y');
    near(result.mean, of, 'moved mean');
    near(result.variance, of, 'moved variance');
    const { dx, dscale, dshift } = ops.batchNormBackward(x, scale, { mean, variance }, dy, of.options);
    near(dx, of, 'dx');
    near(dscale, of, 'dscale');
    near(dshift, of, 'dshift');
  },
  lrn: (of) => {
    const options = of.options as unknown as ops.LrnOptions;
    const [x, dy] = tensorsOf(of, 'x', 'dy');
    near(ops.lrnForward(x, options), of, 'y');
    near(ops.lrnBackward(x, dy, options), of, 'dx');
  },
  leakyRelu: activation(
    (x) => ops.leakyReluForward(x, 0.2),
    (y, dy) => ops.leakyReluBackward(y, dy, 0.2),
  ),
  hardSwish: (of) => {
    const [x, dy] = tensorsOf(of, 'x', 'dy');
    near(ops.hardSwishForward(x), of, 'y');
    near(ops.hardSwishBackward(x, dy), of, 'dx');
  },
  hardSigmoid: activation(ops.hardSigmoidForward, ops.hardSigmoidBackward),
  clip: (of) => {
    const [x, dy] = tensorsOf(of, 'x', 'dy');
    near(ops.clipForward(x, -1.5, 2.25), of, 'y');
    near(ops.clipBackward(x, dy, -1.5, 2.25), of, 'dx');
  },
  softmax: activation(ops.softmaxForward, ops.softmaxBackward),
  pad2d: (of) => {
    const { padding, value } = of.options as { padding: [number, number, number, number]; value: number };
    const [x, dy] = tensorsOf(of, 'x', 'dy');
    near(ops.pad2dForward(x, padding, value), of, 'y');
    near(ops.pad2dBackward(x, dy, padding), of, 'dx');
  },
  mul: (of) => {
    const [a, b, dy] = tensorsOf(of, 'a', 'b', 'dy');
    near(ops.mul(a, b), of, 'y');
    const { da, db } = ops.mulBackward(a, b, dy);
    near(da, of, 'da');
    near(db, of, 'db');
  },
  gemm: (of) => {
    const [a, b, c] = ['a', 'b', 'c'].map((each) => golden.tensor(`${of.name}/${each}`));
    if (a === undefined || b === undefined || c === undefined) throw new Error('unreachable');
    near(ops.gemm(a, b, { ...of.options, c }), of, 'y');
  },
};

test('dropout drops the share that it is asked for, scales the rest, and the same for dy', () => {
  const x: Tensor = { data: Float32Array.from({ length: 20_000 }, (_, at) => at + 1), shape: [20_000] };
  const y = ops.dropout(x, 0.3, 5);
  const dropped = y.data.filter((value) => value === 0).length;
  expect(dropped / 20_000).toBeCloseTo(0.3, 1.5);
  y.data.forEach((value, at) => {
    if (value !== 0) expect(value / (at + 1)).toBeCloseTo(1 / 0.7, 5);
  });
  const ones: Tensor = { data: new Float32Array(20_000).fill(1), shape: [20_000] };
  const dx = ops.dropout(ones, 0.3, 5);
  expect(dx.data.map((value) => Number(value === 0))).toEqual(y.data.map((value) => Number(value === 0)));
  expect(ops.dropout(x, 0.3, 6).data).not.toEqual(y.data);
  expect(ops.dropout(x, 0, 5)).toEqual(x);
});

describe('operators against PyTorch', () => {
  const cases = golden.described('cases') as Case[];
  test('the fixture holds every operator', () => {
    expect(new Set(cases.map(({ operator }) => operator))).toEqual(new Set(Object.keys(checks)));
  });
  test.each(cases)('$name', (of) => {
    expect.hasAssertions();
    checks[of.operator]?.(of);
  });
});
