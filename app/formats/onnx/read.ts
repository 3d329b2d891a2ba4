import { z } from 'zod';
import { TesseraError, type Graph } from '../../contract/index.ts';
import { decodeModel, encodeModel } from './codec.ts';
import { metadataKey } from './metadata.ts';
import { normalised, preprocessingNames } from './preprocessing.ts';
import { dataType, type GraphProto, type ModelProto } from './schema.ts';
import { valueInfo } from './tensors.ts';

/** An ONNX file that Tessera has written. */
export interface OnnxClassifier {
  /** Class names in the order of the logits. */
  labels: string[];
  /** `images` takes uint8 [N, height, width, channels] of these. */
  input: Graph['input'];
  model: ModelProto;
}

/** The operators that `write.ts` and `int8/` use. */
const knownOperators =
  'Cast Transpose Div Sub Conv MaxPool AveragePool GlobalAveragePool BatchNormalization LRN Identity Sum Concat Relu ' +
  'Clip LeakyRelu HardSwish HardSigmoid Sigmoid Tanh Flatten Gemm Softmax Pad Mul ' +
  'Add QuantizeLinear DequantizeLinear';
const known = new Set(knownOperators.split(' '));
const greatestSide = 4096;

const whole = (most: number) => z.coerce.number().pipe(z.int().min(1).max(most));
const aboutSchema = z.object({
  [metadataKey.labels]: z.array(z.string()).min(1),
  [metadataKey.channels]: whole(4),
  [metadataKey.imageHeight]: whole(greatestSide),
  [metadataKey.imageWidth]: whole(greatestSide),
});

/**
 * What an exported file says about itself. It may come from anybody: operators that we do not write and values in other
 * files are refused before an engine sees them. `path` is only named in errors. Throws `fileMalformed`.
 */
export function readOnnxClassifier(file: Uint8Array, path: string): OnnxClassifier {
  const model = decodeModel(file, path);
  const about = aboutSchema.safeParse(metadata(model));
  if (!isWhole(model) || !about.success) {
    return refuse(
      path,
      'it was not exported by Tessera: its metadata do not say what goes in and what comes out',
    );
  }
  checkGraph(model.graph, path);
  const { data } = about;
  return {
    labels: data[metadataKey.labels],
    input: {
      channels: data[metadataKey.channels],
      height: data[metadataKey.imageHeight],
      width: data[metadataKey.imageWidth],
    },
    model,
  };
}

/**
 * The same network from its first layer on: its one input is called `normalised` and takes float32 [N, C, H, W], what
 * comes before is gone.
 */
export function withoutPreprocessing({ model, input }: OnnxClassifier): Uint8Array {
  const { graph } = model;
  const { channels, height, width } = input;
  const isBefore = (name: string | undefined) => name !== undefined && preprocessingNames.includes(name);
  return encodeModel({
    ...model,
    graph: {
      ...graph,
      node: graph.node.filter(({ output }) => !isBefore(output[0])),
      initializer: graph.initializer.filter(({ name }) => !isBefore(name)),
      input: [valueInfo(normalised, dataType.float, ['batch', channels, height, width], '')],
    },
  });
}

/** By name; the labels parsed. */
function metadata({ metadataProps = [] }: Partial<ModelProto>): Record<string, unknown> {
  const values = new Map<string, unknown>(metadataProps.map(({ key, value }) => [key, value]));
  try {
    values.set(metadataKey.labels, JSON.parse(String(values.get(metadataKey.labels))));
  } catch {
    values.delete(metadataKey.labels);
  }
  return Object.fromEntries(values);
}

const isWhole = (model: Partial<ModelProto>): model is ModelProto =>
  model.graph !== undefined && model.irVersion !== undefined && model.opsetImport !== undefined;

function checkGraph({ node, initializer }: GraphProto, path: string): void {
  const strange = node.find(({ opType, domain }) => !known.has(opType) || domain !== undefined);
  if (strange !== undefined)
    refuse(path, `it has a node of the operator ${strange.opType}, which Tessera does not write`);
  const outside = initializer.find(({ externalData = [] }) => externalData.length > 0);
  if (outside !== undefined) refuse(path, `the values of ${outside.name} lie in another file`);
}

function refuse(path: string, reason: string): never {
  throw new TesseraError('fileMalformed', { path, format: 'ONNX', reason });
}
