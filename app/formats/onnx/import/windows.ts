import type { ImportedNetwork, Picture, Value } from './network.ts';
import type { OnnxNode } from './node.ts';
import { picture } from './operators.ts';
import { two } from './weighted.ts';

type Two = [number, number];
type Sides = [number, number, number, number];

/** Channels, height and width of what comes. */
export function planes(node: OnnxNode, { dims, shape }: Picture): [number, number, number] {
  const [channels, height, width] = shape;
  if (channels === undefined || height === undefined || width === undefined || dims.join() !== shape.join()) {
    return node.refuse(`it needs channels, height and width, but [${dims.join(', ')}] comes`);
  }
  return [channels, height, width];
}

/** top, left, bottom, right of a window that moves over a picture. */
export function sidesOf(node: OnnxNode, from: Picture, window: Two, stride: Two): Sides {
  const [, ...size] = planes(node, from);
  const automatic = node.text('auto_pad', 'NOTSET');
  if (automatic === 'SAME_UPPER' || automatic === 'SAME_LOWER') {
    const along = (axis: 0 | 1): Two => {
      const windows = Math.ceil(size[axis] / stride[axis]);
      const total = Math.max(0, (windows - 1) * stride[axis] + window[axis] - size[axis]);
      const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
      return automatic === 'SAME_UPPER' ? [less, more] : [more, less];
    };
    const [[top, bottom], [left, right]] = [along(0), along(1)];
    return [top, left, bottom, right];
  }
  if (automatic !== 'NOTSET' && automatic !== 'VALID' && automatic !== '') {
    return node.refuse(`the padding ${automatic} is not known`);
  }
  const sides = automatic === 'VALID' ? [0, 0, 0, 0] : (node.ints('pads') ?? [0, 0, 0, 0]);
  return four(node, sides);
}

function four(node: OnnxNode, sides: readonly number[]): Sides {
  const isGood =
    sides.length === 4 && sides.every((side) => Number.isInteger(side) && side >= 0 && side < 4096);
  return isGood ? (sides as Sides) : node.refuse('its pads are not four sizes');
}

/** Where a pool of ours has as many windows, they lie at the same places: only the first one's decides. */
export function pool(node: OnnxNode, network: ImportedNetwork): Value {
  let from = picture(node, 0);
  const [, height, width] = planes(node, from);
  const window = two(node, 'kernel_shape');
  const stride = two(node, 'strides');
  if (two(node, 'dilations').some((step) => step !== 1)) return node.refuse('its window has gaps');
  let sides = sidesOf(node, from, window, stride);
  const wanted = windows(node, [height, width], window, stride, sides);
  const isMean = node.operator === 'AveragePool';
  const counts = isMean && node.int('count_include_pad', 0) === 1;
  const isEven = sides[0] === sides[2] && sides[1] === sides[3];
  if (counts && !isEven) {
    from = network.put({ op: 'pad2d', padding: sides }, from, '', node.refuse);
    sides = [0, 0, 0, 0];
  }
  const settings = { window, stride, padding: [sides[0], sides[1]] as Two };
  const kind = isMean
    ? ({ op: 'avgPool2d', ...settings, countIncludePad: counts } as const)
    : ({ op: 'maxPool2d', ...settings } as const);
  const [, ...size] = from.shape;
  const plain = ours(size, settings, false);
  const ceil = ours(size, settings, true);
  if (plain.join() === wanted.join()) return network.put(kind, from, node.module, node.refuse);
  if (ceil.join() === wanted.join())
    return network.put({ ...kind, ceilMode: true }, from, node.module, node.refuse);
  // Tessera's own files have the padding that a mean counts as zeros around the picture before it.
  const padded = isMean && !counts && sides[0] === 0 && sides[1] === 0 ? network.beforePadding(from) : null;
  if (padded !== null) {
    const counted = { ...settings, padding: padded.padding };
    if (ours(padded.input.shape.slice(1), counted, true).join() === wanted.join()) {
      const mean = { op: 'avgPool2d', ...counted, countIncludePad: true, ceilMode: true } as const;
      return network.put(mean, padded.input, node.module, node.refuse);
    }
  }
  return node.refuse(`its padding [${sides.join(', ')}] gives other windows than a pool of Tessera`);
}

/** How many windows the file says there are, by height and width. */
function windows(node: OnnxNode, size: Two, window: Two, stride: Two, sides: Sides): Two {
  const isCeil = node.int('ceil_mode', 0) === 1;
  const along = (axis: 0 | 1): number => {
    const padded = size[axis] + sides[axis] + sides[(axis + 2) as 2 | 3];
    const places = (padded - window[axis]) / stride[axis];
    const count = (isCeil ? Math.ceil(places) : Math.floor(places)) + 1;
    // No window begins behind the picture.
    return isCeil && (count - 1) * stride[axis] >= size[axis] + sides[axis] ? count - 1 : count;
  };
  return [along(0), along(1)];
}

function ours(
  size: readonly number[],
  { window, stride, padding }: { window: Two; stride: Two; padding: Two },
  ceilMode: boolean,
): Two {
  const along = (axis: 0 | 1): number => {
    const begin = (size[axis] ?? 0) + padding[axis];
    const padded = begin + padding[axis];
    const count = Math.floor((padded - window[axis]) / stride[axis]) + 1;
    const isLeft = (padded - window[axis]) % stride[axis] !== 0;
    return ceilMode && isLeft && count * stride[axis] < begin ? count + 1 : count;
  };
  return [along(0), along(1)];
}

/** Zeros around the picture. */
export function padding(node: OnnxNode, network: ImportedNetwork): Value {
  const from = picture(node, 0);
  planes(node, from);
  if (node.text('mode', 'constant') !== 'constant')
    return node.refuse('only zeros can be put around pictures');
  const value = node.opset < 11 ? node.float('value', 0) : (node.optional(2)?.data[0] ?? 0);
  // Below what any rounding notices; Tessera's own files have such a border.
  if (Math.abs(value) > 1e-20) return node.refuse('only zeros can be put around pictures');
  const given = node.list('pads', 1) ?? [];
  const axes = (node.optional(3)?.data ? [...node.constant(3).data] : [0, 1, 2, 3]).map((axis) =>
    axis < 0 ? axis + 4 : axis,
  );
  const side = (axis: number, isEnd: boolean): number => {
    const place = axes.indexOf(axis);
    return place < 0 ? 0 : (given[place + (isEnd ? axes.length : 0)] ?? NaN);
  };
  if ([side(0, false), side(0, true), side(1, false), side(1, true)].some((each) => each !== 0)) {
    return node.refuse('only height and width can be padded');
  }
  const sides = four(node, [side(2, false), side(3, false), side(2, true), side(3, true)]);
  if (sides.every((each) => each === 0)) return from;
  return network.put({ op: 'pad2d', padding: sides }, from, node.module, node.refuse);
}
