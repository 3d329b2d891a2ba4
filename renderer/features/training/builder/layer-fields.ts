import type { Layer } from '../../../../app/contract/index.ts';

/** A setting of a layer: one number, or one for each side, which are often the same. */
export interface NumbersField {
  kind: 'numbers';
  name:
    | 'filters'
    | 'kernel'
    | 'stride'
    | 'padding'
    | 'dilation'
    | 'groups'
    | 'window'
    | 'units'
    | 'epsilon'
    | 'momentum'
    | 'size'
    | 'alpha'
    | 'beta'
    | 'k'
    | 'rate'
    | 'slope';
  values: readonly number[];
  min: number;
  max: number;
  step: 1 | 'any';
  change: (values: readonly number[]) => Layer;
}

export interface SwitchField {
  kind: 'switch';
  name: 'bias' | 'ceilMode' | 'countIncludePad' | 'frozen';
  isOn: boolean;
  change: (isOn: boolean) => Layer;
}

export type LayerField = NumbersField | SwitchField;

type Limits = Pick<NumbersField, 'min' | 'max' | 'step'>;
const size: Limits = { min: 1, max: 512, step: 1 };
const border: Limits = { min: 0, max: 256, step: 1 };
const width: Limits = { min: 1, max: 16_384, step: 1 };
const share: Limits = { min: 0, max: 0.99, step: 'any' };

const numbers = (
  name: NumbersField['name'],
  values: readonly number[],
  limits: Limits,
  change: (values: readonly number[]) => Layer,
): NumbersField => ({ kind: 'numbers', name, values, ...limits, change });
const toggle = (name: SwitchField['name'], isOn: boolean, change: (isOn: boolean) => Layer): SwitchField => ({
  kind: 'switch',
  name,
  isOn,
  change,
});

const two = ([height = 1, width = 1]: readonly number[]): [number, number] => [height, width];
const four = ([top = 0, left = 0, bottom = 0, right = 0]: readonly number[]): [
  number,
  number,
  number,
  number,
] => [top, left, bottom, right];

/** What can be set of a layer, in the order in which it is shown; `change` gives the layer with another value. */
export function layerFields(layer: Layer): LayerField[] {
  switch (layer.op) {
    case 'conv2d':
      return [
        numbers('filters', [layer.filters], width, ([filters = 1]) => ({ ...layer, filters })),
        numbers('kernel', layer.kernel, size, (values) => ({ ...layer, kernel: two(values) })),
        numbers('stride', layer.stride, size, (values) => ({ ...layer, stride: two(values) })),
        numbers('padding', layer.padding, border, (values) => ({ ...layer, padding: four(values) })),
        numbers('dilation', layer.dilation, size, (values) => ({ ...layer, dilation: two(values) })),
        numbers('groups', [layer.groups], width, ([groups = 1]) => ({ ...layer, groups })),
        toggle('bias', layer.bias, (bias) => ({ ...layer, bias })),
      ];
    case 'maxPool2d':
      return [
        numbers('window', layer.window, size, (values) => ({ ...layer, window: two(values) })),
        numbers('stride', layer.stride, size, (values) => ({ ...layer, stride: two(values) })),
        numbers('padding', layer.padding, border, (values) => ({ ...layer, padding: two(values) })),
        toggle('ceilMode', layer.ceilMode ?? false, (ceilMode) => ({ ...layer, ceilMode })),
      ];
    case 'avgPool2d':
      return [
        numbers('window', layer.window, size, (values) => ({ ...layer, window: two(values) })),
        numbers('stride', layer.stride, size, (values) => ({ ...layer, stride: two(values) })),
        numbers('padding', layer.padding, border, (values) => ({ ...layer, padding: two(values) })),
        toggle('ceilMode', layer.ceilMode ?? false, (ceilMode) => ({ ...layer, ceilMode })),
        toggle('countIncludePad', layer.countIncludePad ?? true, (countIncludePad) => ({
          ...layer,
          countIncludePad,
        })),
      ];
    case 'dense':
      return [
        numbers('units', [layer.units], width, ([units = 1]) => ({ ...layer, units })),
        toggle('bias', layer.bias, (bias) => ({ ...layer, bias })),
      ];
    case 'batchNorm2d':
      return [
        numbers('epsilon', [layer.epsilon], { min: 1e-9, max: 1, step: 'any' }, ([epsilon = 1e-5]) => ({
          ...layer,
          epsilon,
        })),
        numbers('momentum', [layer.momentum], { min: 0, max: 1, step: 'any' }, ([momentum = 0.1]) => ({
          ...layer,
          momentum,
        })),
        toggle('frozen', layer.frozen ?? false, (frozen) => ({ ...layer, frozen })),
      ];
    case 'lrn':
      return [
        numbers('size', [layer.size], { min: 1, max: 99, step: 1 }, ([of = 5]) => ({ ...layer, size: of })),
        numbers('alpha', [layer.alpha], { min: 0, max: 10, step: 'any' }, ([alpha = 0]) => ({
          ...layer,
          alpha,
        })),
        numbers('beta', [layer.beta], { min: -10, max: 10, step: 'any' }, ([beta = 0]) => ({
          ...layer,
          beta,
        })),
        numbers('k', [layer.bias], { min: 1e-6, max: 100, step: 'any' }, ([bias = 1]) => ({
          ...layer,
          bias,
        })),
      ];
    case 'dropout':
      return [numbers('rate', [layer.rate], share, ([rate = 0.5]) => ({ ...layer, rate }))];
    case 'leakyRelu':
      return [
        numbers('slope', [layer.slope], { min: 1e-6, max: 10, step: 'any' }, ([slope = 0.01]) => ({
          ...layer,
          slope,
        })),
      ];
    case 'pad2d':
      return [numbers('padding', layer.padding, border, (values) => ({ ...layer, padding: four(values) }))];
    case 'globalAvgPool':
    case 'relu':
    case 'relu6':
    case 'hardSwish':
    case 'hardSigmoid':
    case 'sigmoid':
    case 'tanh':
    case 'softmax':
    case 'flatten':
    case 'add':
    case 'mul':
    case 'concat':
      return [];
  }
}
