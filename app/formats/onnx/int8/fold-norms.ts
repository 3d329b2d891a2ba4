import { layerInputs, type Graph, type Layer } from '../../../contract/index.ts';
import type { ExportedModel } from '../../exported-model.ts';
import { parameterNames } from '../layers.ts';
import type { FloatTensor } from '../../safetensors.ts';

type Norm = Extract<Layer, { op: 'batchNorm2d' }>;
const normParameters = ['weight', 'bias', 'running_mean', 'running_var'] as const;
type Convolution = Extract<Layer, { op: 'conv2d' }>;

/**
 * The same answers from fewer layers: a batch norm becomes part of the convolution before it where nothing else reads what
 * that gives, and dropout, which prediction does not have, is gone. What is left is quantised as a whole.
 */
export function foldNorms(model: ExportedModel): ExportedModel {
  const tensors: Record<string, FloatTensor> = { ...model.tensors };
  const readers = readersOf(model.graph);
  /** By the layer that is gone: the one that gives its numbers now. */
  const instead = new Map<string, string>();
  const layers: Layer[] = [];
  for (const layer of model.graph.layers) {
    const renamed = withInputs(layer, (input) => instead.get(input) ?? input);
    const before = 'input' in renamed ? layers.findIndex(({ id }) => id === renamed.input) : -1;
    const convolution = layers[before];
    if (renamed.op === 'dropout') instead.set(renamed.id, renamed.input);
    else if (
      renamed.op === 'batchNorm2d' &&
      convolution?.op === 'conv2d' &&
      readers.get(convolution.id) === 1
    ) {
      layers[before] = fold(convolution, renamed, tensors);
      instead.set(renamed.id, convolution.id);
      // Whoever reads the norm reads the convolution now.
      readers.set(convolution.id, readers.get(renamed.id) ?? 0);
    } else layers.push(renamed);
  }
  const kept = new Set(layers.flatMap(parameterNames));
  const own = Object.entries(tensors).filter(([name]) => kept.has(name));
  return { ...model, graph: { ...model.graph, layers }, tensors: Object.fromEntries(own) };
}

function readersOf({ layers }: Graph): Map<string, number> {
  const readers = new Map<string, number>();
  for (const layer of layers) {
    for (const input of layerInputs(layer)) readers.set(input, (readers.get(input) ?? 0) + 1);
  }
  return readers;
}

const withInputs = (layer: Layer, renamed: (input: string) => string): Layer =>
  'inputs' in layer
    ? ({ ...layer, inputs: layer.inputs.map(renamed) } as Layer)
    : { ...layer, input: renamed(layer.input) };

/** w · (γ/√(σ² + ε)) and (b − μ) · (γ/√(σ² + ε)) + β, filter by filter. */
function fold(convolution: Convolution, norm: Norm, tensors: Record<string, FloatTensor>): Convolution {
  const { id, filters } = convolution;
  const of = (name: string): FloatTensor => {
    const tensor = tensors[name];
    if (tensor === undefined) throw new Error(`the parameter ${name} is missing`);
    return tensor;
  };
  const [gamma, beta, mean, variance] = normParameters.map((name) => of(`${norm.id}.${name}`).data);
  const factor = Float64Array.from(
    { length: filters },
    (_, filter) => (gamma?.[filter] ?? 1) / Math.sqrt((variance?.[filter] ?? 1) + norm.epsilon),
  );
  const weight = of(`${id}.weight`);
  const each = weight.data.length / filters;
  const bias = convolution.bias ? of(`${id}.bias`).data : new Float32Array(filters);
  tensors[`${id}.weight`] = {
    shape: weight.shape,
    data: weight.data.map((value, at) => value * (factor[Math.floor(at / each)] ?? 1)),
  };
  tensors[`${id}.bias`] = {
    shape: [filters],
    data: bias.map(
      (value, filter) => (value - (mean?.[filter] ?? 0)) * (factor[filter] ?? 1) + (beta?.[filter] ?? 0),
    ),
  };
  return { ...convolution, bias: true };
}
