import type { Constant } from './constants.ts';
import type { ImportedNetwork, Picture, Value } from './network.ts';
import type { OnnxNode } from './node.ts';
import { picture } from './operators.ts';

const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);

/** All numbers of a picture in a row, in the layer's own order. */
function toRow(node: OnnxNode, network: ImportedNetwork, from: Picture): Value {
  if (from.shape.length === 1) return { ...from, dims: from.shape };
  const isSameOrder = from.dims.join() === from.shape.join() || product(from.shape.slice(1)) === 1;
  if (!isSameOrder) return node.refuse('it puts the numbers of a rearranged picture into a row');
  return network.put({ op: 'flatten' }, { ...from, dims: from.shape }, node.module, node.refuse);
}

export function flattened(node: OnnxNode, network: ImportedNetwork): Value {
  const from = picture(node, 0);
  const axis = node.int('axis', 1);
  if (axis !== 1 && axis !== -from.dims.length) return node.refuse('only one row for each picture is known');
  return toRow(node, network, from);
}

export function reshaped(node: OnnxNode, network: ImportedNetwork): Value {
  const from = picture(node, 0);
  const [batch = NaN, ...wanted] = node.constant(1).data;
  const count = product(from.dims);
  const sizes = wanted.map((size, at) => (size === 0 ? (from.dims[at] ?? NaN) : size));
  const known = product(sizes.filter((size) => size !== -1));
  const dims = sizes.map((size) => (size === -1 ? count / known : size));
  // One picture exported with a fixed batch says 1 where others say 0 or −1.
  if (![0, -1, 1].includes(batch) || product(dims) !== count) {
    return node.refuse(`[${[batch, ...wanted].join(', ')}] is no shape for [batch, ${from.dims.join(', ')}]`);
  }
  if (dims.join() === from.dims.join()) return from;
  if (dims.length === 1) return toRow(node, network, from);
  return node.refuse('it takes a picture apart');
}

export function squeezed(node: OnnxNode, network: ImportedNetwork): Value {
  if (node.value(0).kind === 'constant') return onConstants(node);
  const from = picture(node, 0);
  const rank = from.dims.length + 1;
  const axes = (node.list('axes', 1) ?? [2, 3]).map((axis) => (axis < 0 ? axis + rank : axis));
  if (axes.some((axis) => axis < 1 || from.dims[axis - 1] !== 1))
    return node.refuse('it leaves out a size that is not 1');
  const dims = from.dims.filter((_, at) => !axes.includes(at + 1));
  if (dims.length === 1) return toRow(node, network, from);
  return { ...from, dims };
}

/** A change of layout that moves no number: of the picture that comes in, and of pictures of one pixel. */
export function transposed(node: OnnxNode): Value {
  const value = node.value(0);
  const order = node.ints('perm');
  if (value.kind === 'constant') return turned(node, value, order);
  const axes = order ?? [];
  const dims = axes.slice(1).map((axis) => value.dims[axis - 1] ?? NaN);
  if (axes[0] !== 0 || axes.length !== value.dims.length + 1 || new Set(axes).size !== axes.length) {
    return node.refuse('it moves the batch');
  }
  if (axes.every((axis, at) => axis === at)) return value;
  const isOnePixel = value.dims.filter((size) => size !== 1).length <= 1;
  // The picture comes in as the app reads it; how a file arranges it before its first layer is all the same.
  if (value.layer === 'input' || isOnePixel) return { ...value, dims };
  return node.refuse('it moves channels or pixels of a picture to other places');
}

function turned(node: OnnxNode, { data, shape }: Constant, order: readonly number[] | null): Constant {
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2 || (order !== null && order.join() !== '1,0')) {
    return node.refuse('only tables of weights can be turned');
  }
  const at = (place: number): number => data[(place % rows) * columns + Math.floor(place / rows)] ?? 0;
  return { kind: 'constant', data: Float32Array.from(data, (_, place) => at(place)), shape: [columns, rows] };
}

/** What older files compute of shapes: lists of a few whole numbers. */
export function onConstants(node: OnnxNode): Constant {
  const parts = node.inputs.map((_, place) => node.constant(place));
  const [first] = parts;
  if (first === undefined) return node.refuse('it has no inputs');
  const list = (data: readonly number[]): Constant => ({
    kind: 'constant',
    data: Float32Array.from(data),
    shape: [data.length],
  });
  switch (node.operator) {
    case 'Concat':
      return list(parts.flatMap(({ data }) => [...data]));
    case 'Gather': {
      const place = node.constant(1).data[0] ?? 0;
      const value = first.data.at(place) ?? node.refuse('it reads a number that is not there');
      return { kind: 'constant', data: Float32Array.of(value), shape: [] };
    }
    default:
      return first.data.length === 1
        ? list([...first.data])
        : node.refuse('only single numbers can be rearranged');
  }
}
