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
  gemm: (of) => {
    const [a, b, c] = ['a', 'b', 'c'].map((each) => golden.tensor(`${of.name}/${each}`));
    if (a === undefined || b === undefined || c === undefined) throw new Error('unreachable');
    near(ops.gemm(a, b, { ...of.options, c }), of, 'y');
  },
};

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
