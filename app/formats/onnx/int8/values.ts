import type { ModelProto, NodeProto } from '../schema.ts';

/** What engines compute with bytes, where everything that it reads and gives is quantised. */
const onBytes = new Set(
  'Conv Gemm Sum Add Mul Concat AveragePool GlobalAveragePool MaxPool Flatten'.split(' '),
);
/** Of these, what comes out is what went in. */
const carrying = new Set(['MaxPool', 'Flatten']);
/** Become part of the rounding after them: between a convolution and its ReLU nothing is quantised. */
const thresholds = new Set(['Relu', 'Clip']);

export const isCarrying = ({ opType }: NodeProto): boolean => carrying.has(opType);
/** Layers whose weights become int8. */
export const isWeighted = ({ opType }: NodeProto): boolean => opType === 'Conv' || opType === 'Gemm';

/**
 * The values of a float model of ours that become uint8, in the order in which they are computed: what layers on bytes read
 * and give, except for the outputs of the network.
 */
export function quantisedValues({ graph }: ModelProto): string[] {
  const ends = new Set(graph.output.map(({ name }) => name));
  const readers = new Map<string, NodeProto[]>();
  for (const node of graph.node) {
    for (const name of node.input) readers.set(name, [...(readers.get(name) ?? []), node]);
  }
  return graph.node.flatMap((node) => {
    const [value] = node.output;
    if (value === undefined || ends.has(value)) return [];
    const own = readers.get(value) ?? [];
    const isRead = own.some(({ opType }) => onBytes.has(opType));
    const isLeft = onBytes.has(node.opType) && !own.every(({ opType }) => thresholds.has(opType));
    // ONNX Runtime 1.30 breaks a network in which two of them follow a layer unrounded.
    const isBetween = thresholds.has(node.opType) && own.some(({ opType }) => thresholds.has(opType));
    return isRead || isLeft || isBetween ? [value] : [];
  });
}

/** The same model with these values as its outputs and no others: what is measured on pictures. */
export function givingValues(model: ModelProto, names: readonly string[]): ModelProto {
  const output = names.map((name) => ({ name, type: { tensorType: { elemType: 1 } } }));
  return { ...model, graph: { ...model.graph, output } };
}
