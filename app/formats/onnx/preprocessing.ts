import type { Normalisation } from '../../core/training/plan.ts';
import { ints } from './layers.ts';
import { floatTensor } from './tensors.ts';
import { attributeType, dataType, type NodeProto, type TensorProto } from './schema.ts';

/** The value that goes into the first layer: float32 [N, C, H, W], normalised. */
export const normalised = 'images/normalised';

/** Every value between `images` and the first layer, and the constants. */
export const preprocessingNames = [
  'images/255',
  'images/mean',
  'images/std',
  'images/floats',
  'images/planes',
  'images/scaled',
  'images/centred',
  normalised,
];

/**
 * From uint8 [N, H, W, C] to what the first layer was trained with: (value/255 − mean)/std, channels in front. `mean`
 * and `std` are written as they are, so that a reader of the file finds the numbers that it knows. The nodes have no
 * names: layers have them, and may be called anything.
 */
export function preprocessing(
  images: string,
  { mean, std }: Normalisation,
): { nodes: NodeProto[]; initializers: TensorProto[] } {
  const perChannel = (values: readonly number[]) => [1, values.length, 1, 1];
  return {
    nodes: [
      {
        opType: 'Cast',
        input: [images],
        output: ['images/floats'],
        attribute: [{ name: 'to', type: attributeType.int, i: dataType.float }],
      },
      {
        opType: 'Transpose',
        input: ['images/floats'],
        output: ['images/planes'],
        attribute: [ints('perm', [0, 3, 1, 2])],
      },
      step('Div', 'images/planes', 'images/255', 'images/scaled'),
      step('Sub', 'images/scaled', 'images/mean', 'images/centred'),
      step('Div', 'images/centred', 'images/std', normalised),
    ],
    initializers: [
      floatTensor('images/255', { data: Float32Array.of(255), shape: [] }),
      floatTensor('images/mean', { data: Float32Array.from(mean), shape: perChannel(mean) }),
      floatTensor('images/std', { data: Float32Array.from(std), shape: perChannel(std) }),
    ],
  };
}

const step = (opType: string, value: string, by: string, output: string): NodeProto => ({
  opType,
  input: [value, by],
  output: [output],
});
