import { layerInputs, type ArchitectureInfo, type LayerOp } from '../../contract/index.ts';
import type { LayerShapes, Shape } from './shapes.ts';

type Memory = ArchitectureInfo['memory'];

const float = 4;
/** Weights, their gradients, and up to two moments of the optimiser. */
const blocksOfParameters = 4;
const activations = new Set<LayerOp>([
  'relu',
  'relu6',
  'leakyRelu',
  'hardSwish',
  'hardSigmoid',
  'sigmoid',
  'tanh',
]);
const elements = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

/**
 * About what training takes: what every layer gives is kept until the backward pass has used it, and gradients of the
 * largest ones stand beside. The engine knows the number to the byte once it has planned the network (`arenaBytes`);
 * this one costs nothing and can be shown while the person still chooses.
 */
export function memoryOf(layers: readonly LayerShapes[], parameters: number): Memory {
  const readers = new Map<string, number>();
  for (const input of layers.flatMap(({ layer }) => layerInputs(layer))) {
    readers.set(input, (readers.get(input) ?? 0) + 1);
  }
  let kept = 0;
  let largest = 0;
  for (const { layer, input, output } of layers) {
    largest = Math.max(largest, elements(output));
    // An activation that alone reads a layer works in its place, and a flatten only says how to read.
    const [name = ''] = layerInputs(layer);
    const isInPlace = activations.has(layer.op) && readers.get(name) === 1;
    if (!isInPlace && layer.op !== 'flatten') kept += elements(output);
    if (name === 'input' && layer === layers[0]?.layer) kept += elements(input);
  }
  return {
    fixedBytes: parameters * float * blocksOfParameters,
    bytesPerPicture: (kept + 2 * largest) * float,
  };
}
