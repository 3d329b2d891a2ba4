import { byteScale, type ValueRange } from '../../../core/quantisation/value-range.ts';
import { metadataKey } from '../metadata.ts';
import { attributeType, dataType, type ModelProto, type NodeProto, type TensorProto } from '../schema.ts';
import { floatTensor, tensorOf } from '../tensors.ts';
import { isCarrying, isWeighted, quantisedValues } from './values.ts';

/** Symmetric: −128 is not used, so that a weight and its negative are equally exact. */
const mostOfWeight = 127;
/** A bias must fit into 32 bits with room for the sum that it is added to. */
const mostOfBias = 2 ** 30;

const averages = new Set(['AveragePool', 'GlobalAveragePool']);
/** Of the range of an average, in steps of what it is taken of: ONNX Runtime refuses to compute one that is 256 times finer. */
const finestOfAverage = 4;

interface Scale {
  scale: number;
  zero: number;
  /** Of the value whose scale it is. */
  of: string;
}

/**
 * A float model of ours with QuantizeLinear and DequantizeLinear around what an engine can compute with bytes (opset 17, of
 * ONNX alone): values in uint8 by their measured ranges, weights in int8 with a scale for each filter, biases in int32.
 * Its input, with the preprocessing, and its outputs stay as they are. Parameters keep their names as values. Throws
 * `RangeError` where a value was not measured or a weight is not finite.
 */
export function quantise(model: ModelProto, ranges: ReadonlyMap<string, ValueRange>): ModelProto {
  const { graph } = model;
  const scales = scalesOf(model, ranges);
  const weights = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const added: TensorProto[] = [];
  const nodes: NodeProto[] = [];
  const replaced = new Set<string>();
  for (const node of graph.node) {
    const [value = ''] = node.output;
    const from = scales.get(node.input[0] ?? '');
    if (isWeighted(node) && from !== undefined) {
      const made = weightsInBytes(node, weights, from.scale);
      made.replaced.forEach((name) => replaced.add(name));
      added.push(...made.tensors);
      nodes.push(...made.nodes);
    }
    nodes.push({
      ...node,
      // Of two summands; engines know an Add of bytes, not a Sum.
      opType: node.opType === 'Sum' && node.input.length === 2 ? 'Add' : node.opType,
      input: node.input.map((name) => (scales.has(name) ? dequantised(name) : name)),
    });
    const own = scales.get(value);
    if (own === undefined) continue;
    if (own.of === value) added.push(...scaleTensors(own));
    nodes.push(...throughBytes(value, own.of));
  }
  const initializer = [...graph.initializer.filter(({ name }) => !replaced.has(name)), ...added];
  return {
    ...model,
    graph: { ...graph, node: nodes, initializer },
    metadataProps: [
      ...(model.metadataProps ?? []),
      { key: metadataKey.quantisation, value: 'int8: QDQ, weights int8 by filter, values uint8' },
    ],
  };
}

function scalesOf(model: ModelProto, ranges: ReadonlyMap<string, ValueRange>): Map<string, Scale> {
  const makers = new Map(model.graph.node.map((node) => [node.output[0], node]));
  const scales = new Map<string, Scale>();
  for (const value of quantisedValues(model)) {
    const maker = makers.get(value);
    // A greatest value of bytes is one of them: without a second rounding there is nothing to lose.
    const before = maker !== undefined && isCarrying(maker) ? scales.get(maker.input[0] ?? '') : undefined;
    const range = ranges.get(value);
    if (range === undefined) throw new RangeError(`${value} was not measured`);
    const averaged =
      maker !== undefined && averages.has(maker.opType) ? scales.get(maker.input[0] ?? '') : undefined;
    const least = averaged === undefined ? 0 : finestOfAverage * averaged.scale;
    scales.set(value, before ?? { ...byteScale(atLeast(range, least)), of: value });
  }
  return scales;
}

const atLeast = ({ least, greatest }: ValueRange, width: number): ValueRange => ({
  least,
  greatest: Math.max(greatest, least + width),
});

const dequantised = (value: string): string => `${value}/dequantised`;

const scaleTensors = ({ scale, zero, of }: Scale): TensorProto[] => [
  floatTensor(`${of}/scale`, { data: Float32Array.of(scale), shape: [] }),
  tensorOf(`${of}/zero`, dataType.uint8, [], Uint8Array.of(zero)),
];

function throughBytes(value: string, scaleOf: string): NodeProto[] {
  const how = [`${scaleOf}/scale`, `${scaleOf}/zero`];
  const bytes = `${value}/bytes`;
  return [
    { opType: 'QuantizeLinear', input: [value, ...how], output: [bytes] },
    { opType: 'DequantizeLinear', input: [bytes, ...how], output: [dequantised(value)] },
  ];
}

/** Weights [filters, …] as int8, and the bias as int32 on the scale of their products. */
function weightsInBytes(
  { input: [, weightName = '', biasName] }: NodeProto,
  floats: ReadonlyMap<string, TensorProto>,
  inputScale: number,
): { tensors: TensorProto[]; nodes: NodeProto[]; replaced: string[] } {
  const weight = valuesOf(floats, weightName);
  const bias = biasName === undefined ? null : valuesOf(floats, biasName);
  const filters = weight.dims[0] ?? 0;
  const each = weight.data.length / filters;
  const scales = Float32Array.from({ length: filters }, (_, filter) => {
    const own = weight.data.subarray(filter * each, (filter + 1) * each);
    const greatest = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    // Of a filter of next to nothing, the bias decides how fine the scale may be.
    const least = Math.abs(bias?.data[filter] ?? 0) / (inputScale * mostOfBias);
    return Math.max(greatest / mostOfWeight, least) || 1;
  });
  const bytes = Int8Array.from(weight.data, (value, at) => {
    const rounded = Math.round(value / (scales[Math.floor(at / each)] ?? 1));
    return Math.min(mostOfWeight, Math.max(-mostOfWeight, rounded));
  });
  const made = dequantisedWeights(weightName, dataType.int8, weight.dims, bytes, scales);
  if (bias === null || biasName === undefined) return { ...made, replaced: [weightName] };
  const products = scales.map((scale) => scale * inputScale);
  const whole = Int32Array.from(bias.data, (value, filter) => Math.round(value / (products[filter] ?? 1)));
  const ofBias = dequantisedWeights(biasName, dataType.int32, bias.dims, whole, products);
  return {
    tensors: [...made.tensors, ...ofBias.tensors],
    nodes: [...made.nodes, ...ofBias.nodes],
    replaced: [weightName, biasName],
  };
}

function dequantisedWeights(
  name: string,
  type: number,
  dims: readonly number[],
  values: Int8Array | Int32Array,
  scales: Float32Array,
): { tensors: TensorProto[]; nodes: NodeProto[] } {
  const [whole, scale, zero] = [`${name}/whole`, `${name}/scale`, `${name}/zero`];
  const zeros = type === dataType.int8 ? new Int8Array(scales.length) : new Int32Array(scales.length);
  return {
    tensors: [
      tensorOf(whole, type, dims, values),
      floatTensor(scale, { data: scales, shape: [scales.length] }),
      tensorOf(zero, type, [scales.length], zeros),
    ],
    nodes: [
      {
        opType: 'DequantizeLinear',
        input: [whole, scale, zero],
        output: [name],
        attribute: [{ name: 'axis', type: attributeType.int, i: 0 }],
      },
    ],
  };
}

function valuesOf(
  floats: ReadonlyMap<string, TensorProto>,
  name: string,
): { dims: number[]; data: Float32Array } {
  const tensor = floats.get(name);
  if (tensor?.rawData === undefined) throw new RangeError(`the weights ${name} are missing`);
  // A copy begins at offset 0, which a Float32Array needs.
  const data = new Float32Array(Uint8Array.from(tensor.rawData).buffer);
  if (!data.every(Number.isFinite)) throw new RangeError(`the weights ${name} are not all finite`);
  return { dims: tensor.dims, data };
}
