import { layerInputs, TesseraError, type Graph } from '../../contract/index.ts';
import { predictionGraph } from '../../core/model/prediction.ts';
import { inferShapes } from '../../core/model/shapes.ts';
import type { ExportedModel } from '../exported-model.ts';
import { encodeModel } from './codec.ts';
import { layerNodes, limits, parameterNames, type LayerNodes } from './layers.ts';
import { metadataOf } from './metadata.ts';
import { normalised, preprocessing } from './preprocessing.ts';
import { dataType, type GraphProto, type ModelProto, type NodeProto, type TensorProto } from './schema.ts';
import { floatTensor, valueInfo } from './tensors.ts';

/** Opset 17 (ONNX 1.12, 2022) and the IR version that came with it: old enough for every engine in use. */
const opset = 17;
const irVersion = 8;
/** Protocol buffers end at 2 GiB; some room is left for what is not weights. */
const greatestWeights = 2 ** 31 - 2 ** 20;

/** Names of the model's one input and its outputs. */
export const images = 'images';
export const logits = 'logits';
export const probabilities = 'probabilities';
const batch = 'batch';

/**
 * A trained network as an ONNX file: `images` uint8 [batch, H, W, C] → `logits` and `probabilities` float32
 * [batch, classes]; the preprocessing is inside. Parameters keep their names. `path` is only named in errors. Throws
 * `exportFailed` when the weights are too many for the format.
 */
export function writeOnnx(model: ExportedModel, path: string): Uint8Array {
  const weights = Object.values(model.tensors).reduce((sum, { data }) => sum + data.byteLength, 0);
  if (weights > greatestWeights) {
    const reason =
      'its weights take more than the 2 GB that an ONNX file may hold; export safetensors instead';
    throw new TesseraError('exportFailed', { path, reason });
  }
  return encodeModel(onnxModel(model));
}

/** The same before it becomes bytes. */
export function onnxModel(model: ExportedModel): ModelProto {
  const { name, input } = model.graph;
  const colours = input.channels === 1 ? 'grey' : 'RGB';
  return {
    irVersion,
    producerName: 'Tessera',
    producerVersion: model.origin.version,
    docString:
      `Image classifier ${name}. Give ${colours} pictures of ${input.height} × ${input.width} pixels as they are, ` +
      'bytes from 0 to 255; scaling and normalisation are inside. The metadata entry labels names the outputs.',
    graph: graphProto(model),
    opsetImport: [{ version: opset }],
    metadataProps: metadataOf(model),
  };
}

function graphProto({ graph: trained, tensors, classes, normalisation }: ExportedModel): GraphProto {
  const graph = predictionGraph(trained);
  const before = preprocessing(images, normalisation);
  const layers = layersOf(graph);
  const { height, width, channels } = graph.input;
  return {
    name: graph.name,
    node: [...before.nodes, ...layers.flatMap(({ nodes }) => nodes), softmax],
    initializer: [
      ...before.initializers,
      ...constants(graph),
      ...layers.flatMap((each) => each.constants),
      ...parameters(graph, tensors),
    ],
    input: [
      valueInfo(images, dataType.uint8, [batch, height, width, channels], 'Pictures, rows from the top'),
    ],
    output: [
      valueInfo(logits, dataType.float, [batch, classes.length], 'One number for each class, not scaled'),
      valueInfo(probabilities, dataType.float, [batch, classes.length], 'The same as shares of 1'),
    ],
  };
}

const softmax: NodeProto = {
  opType: 'Softmax',
  input: [logits],
  output: [probabilities],
};

/** Layers are called what people like; values get an ending that keeps them apart from parameters, inputs and outputs. */
function layersOf(graph: Graph): LayerNodes[] {
  const last = graph.layers.length - 1;
  const values = new Map([['input', normalised]]);
  return inferShapes(graph).map(({ layer, input }, place) => {
    const output = place === last ? logits : `${layer.id}/output`;
    values.set(layer.id, output);
    const inputs = layerInputs(layer).map((name) => values.get(name) ?? name);
    return layerNodes(layer, inputs, output, input);
  });
}

function constants({ layers }: Graph): TensorProto[] {
  if (!layers.some(({ op }) => op === 'relu6')) return [];
  const scalar = (name: string, value: number) =>
    floatTensor(name, { data: Float32Array.of(value), shape: [] });
  return [scalar(limits.least, 0), scalar(limits.greatest, 6)];
}

function parameters({ layers }: Graph, tensors: ExportedModel['tensors']): TensorProto[] {
  return layers.flatMap(parameterNames).map((name) => {
    const tensor = tensors[name];
    if (tensor === undefined) throw new Error(`the parameter ${name} is missing`);
    return floatTensor(name, tensor);
  });
}
