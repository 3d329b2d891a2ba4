import type { Layer } from '../../../contract/index.ts';
import type { Unplaced } from '../graph-builder.ts';
import type { Shape } from '../shapes.ts';
import { convolution } from './new-layer.ts';

type Joining = Extract<Layer, { inputs: string[] }>;

/**
 * What makes one input of a join fit the first one (the first: the second): a 1 × 1 convolution that strides and widens as
 * the shortcuts of a ResNet do. Empty where it fits already, null where nothing known does it.
 */
export function fitting(
  { op }: Pick<Joining, 'op'>,
  inputs: readonly Shape[],
  place: number,
): Unplaced[] | null {
  const [shape, wanted] = [inputs[place], inputs[place === 0 ? 1 : 0]];
  if (shape === undefined || wanted === undefined) return null;
  const [channels, height, width] = shape;
  const [wantedChannels, wantedHeight, wantedWidth] = wanted;
  if (channels === undefined || wantedChannels === undefined) return null;
  if (height === undefined || width === undefined) {
    // Rows of numbers; only a sum takes them.
    if (wanted.length !== 1 || op === 'concat') return null;
    return channels === wantedChannels ? [] : [{ op: 'dense', units: wantedChannels, bias: true }];
  }
  if (wantedHeight === undefined || wantedWidth === undefined) {
    if (op === 'concat') return null;
    return [{ op: 'globalAvgPool' }, { op: 'flatten' }, { op: 'dense', units: wantedChannels, bias: true }];
  }
  const filters = op === 'concat' ? channels : wantedChannels;
  const isSame = height === wantedHeight && width === wantedWidth;
  if (isSame && filters === channels) return [];
  const stride = strideTo(height, wantedHeight);
  if (stride === null || strideTo(width, wantedWidth) === null) return null;
  if (Math.ceil(width / stride) !== wantedWidth) return null;
  return [convolution(filters, 1, stride)];
}

/** The stride with which a 1 × 1 window visits just so many places. */
function strideTo(size: number, wanted: number): number | null {
  for (let stride = Math.max(1, Math.floor(size / wanted)); stride <= size; stride += 1) {
    const places = Math.ceil(size / stride);
    if (places === wanted) return stride;
    if (places < wanted) return null;
  }
  return null;
}
