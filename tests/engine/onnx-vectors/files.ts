/** ONNX's node tests as they lie on disk: a model of a node or two, and tensors that go in and are to come out. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs/light.js';
import type { Tensor } from '../../../app/engine/index.ts';
import { onnxSchema, type AttributeProto, type NodeProto } from '../../../app/formats/onnx/schema.ts';
import { Unsupported } from './unsupported.ts';

export type Node = Omit<NodeProto, 'attribute'> & { attribute: AttributeProto[] };

/** Whole numbers stay such: where to pad, for example. */
export type Value = Tensor | { whole: number[]; shape: number[] };

export interface Vector {
  name: string;
  nodes: Node[];
  /** Names of what goes in and comes out, in the order of the files. */
  inputs: string[];
  outputs: string[];
  /** Reads the tensors of the first data set. Throws `Unsupported` for a data type that the engine has not. */
  tensors: (kind: 'input' | 'output') => Value[];
}

const root = protobuf.Root.fromJSON(onnxSchema);
const Model = root.lookupType('ModelProto');
const TensorMessage = root.lookupType('TensorProto');

const options = { longs: Number, arrays: true, defaults: false } as const;
const read = (type: protobuf.Type, path: string): unknown =>
  type.toObject(type.decode(readFileSync(path)), options);

/** All that consist of `operators` alone. */
export function readVectors(folder: string, operators: ReadonlySet<string>): Vector[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => readVector(folder, name))
    .filter(({ nodes }) => nodes.every(({ opType }) => operators.has(opType)));
}

function readVector(folder: string, name: string): Vector {
  const { graph } = read(Model, join(folder, name, 'model.onnx')) as {
    graph: { node: Node[]; input: { name: string }[]; output: { name: string }[] };
  };
  const files = join(folder, name, 'test_data_set_0');
  return {
    name,
    nodes: graph.node.map((node) => ({ ...node, attribute: node.attribute ?? [] })),
    inputs: graph.input.map((each) => each.name),
    outputs: graph.output.map((each) => each.name),
    tensors: (kind) =>
      readdirSync(files)
        .filter((file) => file.startsWith(`${kind}_`))
        .toSorted((a, b) => place(a) - place(b))
        .map((file) => value(read(TensorMessage, join(files, file)) as StoredTensor)),
  };
}

const place = (file: string): number => Number(/_(\d+)\.pb$/.exec(file)?.[1]);

interface StoredTensor {
  dims: number[];
  dataType: number;
  rawData?: Uint8Array;
  floatData: number[];
  int64Data: number[];
}

const types: Record<number, string> = {
  2: 'uint8',
  3: 'int8',
  5: 'int16',
  6: 'int32',
  10: 'float16',
  11: 'float64',
};

function value({ dims: shape, dataType, rawData, floatData, int64Data }: StoredTensor): Value {
  const bytes = rawData === undefined || rawData.length === 0 ? null : Uint8Array.from(rawData).buffer;
  if (dataType === 1) {
    return { data: bytes === null ? Float32Array.from(floatData) : new Float32Array(bytes), shape };
  }
  if (dataType === 7) {
    return { whole: bytes === null ? int64Data : Array.from(new BigInt64Array(bytes), Number), shape };
  }
  throw new Unsupported(`data type ${types[dataType] ?? dataType}`);
}
