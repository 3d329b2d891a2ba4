import type { ImportedNetwork, Value } from './network.ts';
import type { OnnxNode } from './node.ts';
import { picture } from './operators.ts';
import { planes, sidesOf } from './windows.ts';

type Two = [number, number];

export function convolution(node: OnnxNode, network: ImportedNetwork): Value {
  const from = picture(node, 0);
  const weight = node.constant(1);
  const bias = node.optional(2);
  const [filters = 0, ofGroup = 0, height = 0, width = 0, ...more] = weight.shape;
  const [channels] = planes(node, from);
  const groups = node.int('group', 1);
  if (weight.shape.length !== 4 || more.length > 0)
    return node.refuse('only convolutions of pictures are known');
  if (groups < 1 || channels !== ofGroup * groups) {
    return node.refuse(
      `its weights [${weight.shape.join(', ')}] in ${groups} groups take ${ofGroup * groups} channels, but ${channels} come`,
    );
  }
  const stride = two(node, 'strides');
  const dilation = two(node, 'dilations');
  const window: Two = [dilation[0] * (height - 1) + 1, dilation[1] * (width - 1) + 1];
  const padding = sidesOf(node, from, window, stride);
  const layer = {
    op: 'conv2d',
    filters,
    kernel: [height, width] as Two,
    stride,
    padding,
    dilation,
    groups,
  } as const;
  const put = network.put({ ...layer, bias: bias !== null }, from, node.module, node.refuse);
  network.parameter(put.layer, 'weight', weight);
  if (bias !== null) network.parameter(put.layer, 'bias', sized(node, bias.data, filters));
  return put;
}

/** Gemm and MatMul: a dense layer, its weights turned to [out, in]. */
export function dense(node: OnnxNode, network: ImportedNetwork): Value {
  const from = picture(node, 0);
  const weight = node.constant(1);
  const isGemm = node.operator === 'Gemm';
  if (node.int('transA', 0) !== 0) return node.refuse('pictures cannot be turned against each other');
  const isTurned = isGemm && node.int('transB', 0) === 1;
  const [rows = 0, columns = 0] = weight.shape;
  const [inputs, units] = isTurned ? [columns, rows] : [rows, columns];
  if (weight.shape.length !== 2 || from.dims.length !== 1 || from.dims[0] !== inputs || units === 0) {
    return node.refuse(`weights [${weight.shape.join(', ')}] do not take [${from.dims.join(', ')}]`);
  }
  const alpha = isGemm ? node.float('alpha', 1) : 1;
  const beta = isGemm ? node.float('beta', 1) : 1;
  const data = Float32Array.from(weight.data, (_, at) => {
    const source = isTurned ? at : (at % inputs) * units + Math.floor(at / inputs);
    return alpha * (weight.data[source] ?? 0);
  });
  const bias = isGemm ? node.optional(2) : null;
  const put = network.put({ op: 'dense', units, bias: bias !== null }, from, node.module, node.refuse);
  network.parameter(put.layer, 'weight', { data, shape: [units, inputs] });
  if (bias !== null) {
    const spread = bias.data.length === 1 ? new Float32Array(units).fill(bias.data[0] ?? 0) : bias.data;
    network.parameter(
      put.layer,
      'bias',
      sized(
        node,
        spread.map((value) => value * beta),
        units,
      ),
    );
  }
  return put;
}

/** Of pictures a batch norm; of a row a factor and a summand, which the dense layer before it takes in. */
export function norm(node: OnnxNode, network: ImportedNetwork): Value {
  const from = picture(node, 0);
  const [channels = 0] = from.dims;
  const names = ['weight', 'bias', 'running_mean', 'running_var'] as const;
  const tensors = names.map((name, place) => {
    const tensor = sized(node, node.constant(place + 1).data, channels);
    return { name, tensor };
  });
  const epsilon = node.float('epsilon', 1e-5);
  if (!(epsilon > 0)) return node.refuse('its epsilon must be positive');
  if (from.shape.length === 1) {
    const [weight, bias, mean, variance] = tensors.map(({ tensor }) => tensor.data);
    const scale = Array.from(
      { length: channels },
      (_, at) => (weight?.[at] ?? 1) / Math.sqrt((variance?.[at] ?? 1) + epsilon),
    );
    const settled = network.settled(from, node.refuse);
    const shift = scale.map((factor, at) => (bias?.[at] ?? 0) - factor * (mean?.[at] ?? 0));
    return { ...settled, scale, shift };
  }
  const momentum = Math.min(1, Math.max(0, 1 - node.float('momentum', 0.9)));
  const put = network.put({ op: 'batchNorm2d', epsilon, momentum }, from, node.module, node.refuse);
  for (const { name, tensor } of tensors) network.parameter(put.layer, name, tensor);
  return put;
}

function sized(node: OnnxNode, data: Float32Array, count: number): { data: Float32Array; shape: number[] } {
  if (data.length !== count)
    node.refuse(`it has ${data.length} numbers where ${count} channels need one each`);
  return { data, shape: [count] };
}

export function two(node: OnnxNode, name: string): Two {
  const [height = 1, width = 1, ...more] = node.ints(name) ?? [];
  const isGood = more.length === 0 && [height, width].every((value) => Number.isInteger(value) && value > 0);
  return isGood ? [height, width] : node.refuse(`its ${name} are not two positive numbers`);
}
