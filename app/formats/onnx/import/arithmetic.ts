import type { Constant } from './constants.ts';
import { isPlain, type ImportedNetwork, type Picture, type Value } from './network.ts';
import type { OnnxNode } from './node.ts';

/** Add, Sub, Mul, Div and Sum: of two layers a layer, of a layer and numbers of the file something to settle later. */
export function arithmetic(node: OnnxNode, network: ImportedNetwork): Value {
  const values = node.inputs.map((_, place) => node.value(place));
  const pictures = values.filter((value) => value.kind === 'picture');
  const constants = values.filter((value) => value.kind === 'constant');
  const [first] = pictures;
  if (first === undefined) return node.refuse('it computes with numbers of the file alone');
  if (constants.length === 0) return ofLayers(node, network, pictures);
  const [constant] = constants;
  if (pictures.length !== 1 || constants.length !== 1 || constant === undefined) {
    return node.refuse('it mixes several layers with numbers of the file');
  }
  if (values[0]?.kind === 'constant' && (node.operator === 'Sub' || node.operator === 'Div')) {
    return node.refuse('numbers of the file can be subtracted or divided by, not the other way round');
  }
  return withNumbers(node, first, perChannel(node, constant, first));
}

function ofLayers(node: OnnxNode, network: ImportedNetwork, inputs: readonly Picture[]): Value {
  const [first, second] = inputs;
  if (first === undefined || second === undefined) return first ?? node.refuse('it has no inputs');
  switch (node.operator) {
    case 'Add':
    case 'Sum':
      return network.join('add', inputs, node.module, node.refuse);
    case 'Mul': {
      // A factor of a gate stays a factor of the product.
      const bare = (value: Picture): Picture => (isFactor(value) ? { ...value, scale: [1] } : value);
      const factor = [first, second].reduce(
        (product, each) => product * (isFactor(each) ? (each.scale[0] ?? 1) : 1),
        1,
      );
      const isGate = (value: Picture): boolean => value.shape.slice(1).every((size) => size === 1);
      const ordered = isGate(first) && !isGate(second) ? [second, first] : [first, second];
      return { ...network.join('mul', ordered.map(bare), node.module, node.refuse), scale: [factor] };
    }
    default:
      return node.refuse('layers can be added and multiplied only');
  }
}

const isFactor = (value: Picture): boolean =>
  !isPlain(value) &&
  value.layer !== 'input' &&
  value.scale.length === 1 &&
  value.shift.every((shift) => shift === 0);

/** A number, or one for each channel, of a constant that ONNX spreads over the picture. */
function perChannel(
  node: OnnxNode,
  { data, shape }: Constant,
  { dims, shape: own }: Picture,
): readonly number[] {
  if (data.length === 1) return [...data];
  // Aligned at the end; channels lie where the file has them.
  const axis = dims.length === 3 && own.length === 3 && dims.join() !== own.join() ? 2 : 0;
  const places = shape.map((size, at) => ({ size, axis: at - shape.length + dims.length }));
  const wide = places.filter(({ size }) => size !== 1);
  if (wide.length === 1 && wide[0]?.axis === axis && wide[0].size === dims[axis]) return [...data];
  return node.refuse(`numbers of the shape [${shape.join(', ')}] are not one for each channel`);
}

function withNumbers(node: OnnxNode, value: Picture, by: readonly number[]): Value {
  const { scale, shift } = value;
  const length = Math.max(scale.length, shift.length, by.length);
  const each = (of: (scale: number, shift: number, by: number) => number): number[] =>
    Array.from({ length }, (_, at) =>
      of(scale[at % scale.length] ?? 1, shift[at % shift.length] ?? 0, by[at % by.length] ?? 0),
    );
  switch (node.operator) {
    case 'Add':
    case 'Sum':
      return { ...value, shift: each((_, b, x) => b + x) };
    case 'Sub':
      return { ...value, shift: each((_, b, x) => b - x) };
    case 'Mul':
      return { ...value, scale: each((a, _, x) => a * x), shift: each((_, b, x) => b * x) };
    default:
      return { ...value, scale: each((a, _, x) => a / x), shift: each((_, b, x) => b / x) };
  }
}
