/**
 * The part of onnx.proto3 that a float classifier needs, as a protobufjs description. Numbers and meaning of the fields:
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3. Fields that are not here are passed over when a file is read.
 */
import type { INamespace } from 'protobufjs/light.js';

export interface ModelProto {
  irVersion: number;
  producerName?: string;
  producerVersion?: string;
  docString?: string;
  graph: GraphProto;
  opsetImport: { domain?: string; version: number }[];
  metadataProps?: { key: string; value: string }[];
}

export interface GraphProto {
  name: string;
  docString?: string;
  node: NodeProto[];
  initializer: TensorProto[];
  input: ValueInfoProto[];
  output: ValueInfoProto[];
}

export interface NodeProto {
  /** No two nodes may have the same one; none is fine. */
  name?: string;
  opType: string;
  input: string[];
  output: string[];
  /** Whose operator it is; ONNX's own when absent. */
  domain?: string;
  attribute?: AttributeProto[];
  docString?: string;
}

export interface AttributeProto {
  name: string;
  type: number;
  f?: number;
  i?: number;
  s?: Uint8Array;
  t?: TensorProto;
  floats?: number[];
  ints?: number[];
}

export interface TensorProto {
  name: string;
  dims: number[];
  dataType: number;
  /** Row-major, little-endian. */
  rawData?: Uint8Array;
  /** The values where they are not in `rawData`, which is what we write. */
  floatData?: number[];
  int64Data?: number[];
  /** Where the values lie when they are not in the file; we never write it. */
  externalData?: unknown[];
  /** 1: they do lie outside. */
  dataLocation?: number;
}

export interface ValueInfoProto {
  name: string;
  docString?: string;
  /** Of an output that only we read, the shape may be left out. */
  type: { tensorType: { elemType: number; shape?: { dim: Dimension[] } } };
}

/** A size, or the name of one that is only known when the network runs. */
export type Dimension = { dimValue?: number; dimParam?: string };

/** `TensorProto.DataType` */
export const dataType = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, float16: 10, double: 11 } as const;

/** `AttributeProto.AttributeType` */
export const attributeType = { float: 1, int: 2, ints: 7 } as const;

const list = { rule: 'repeated' } as const;
const packedList = { rule: 'repeated', options: { packed: true } } as const;

export const onnxSchema: INamespace = {
  nested: {
    ModelProto: {
      fields: {
        irVersion: { id: 1, type: 'int64' },
        producerName: { id: 2, type: 'string' },
        producerVersion: { id: 3, type: 'string' },
        docString: { id: 6, type: 'string' },
        graph: { id: 7, type: 'GraphProto' },
        opsetImport: { id: 8, type: 'OperatorSetIdProto', ...list },
        metadataProps: { id: 14, type: 'StringStringEntryProto', ...list },
      },
    },
    OperatorSetIdProto: {
      fields: { domain: { id: 1, type: 'string' }, version: { id: 2, type: 'int64' } },
    },
    StringStringEntryProto: {
      fields: { key: { id: 1, type: 'string' }, value: { id: 2, type: 'string' } },
    },
    GraphProto: {
      fields: {
        node: { id: 1, type: 'NodeProto', ...list },
        name: { id: 2, type: 'string' },
        initializer: { id: 5, type: 'TensorProto', ...list },
        docString: { id: 10, type: 'string' },
        input: { id: 11, type: 'ValueInfoProto', ...list },
        output: { id: 12, type: 'ValueInfoProto', ...list },
      },
    },
    NodeProto: {
      fields: {
        input: { id: 1, type: 'string', ...list },
        output: { id: 2, type: 'string', ...list },
        name: { id: 3, type: 'string' },
        opType: { id: 4, type: 'string' },
        attribute: { id: 5, type: 'AttributeProto', ...list },
        docString: { id: 6, type: 'string' },
        domain: { id: 7, type: 'string' },
      },
    },
    AttributeProto: {
      fields: {
        name: { id: 1, type: 'string' },
        f: { id: 2, type: 'float' },
        i: { id: 3, type: 'int64' },
        s: { id: 4, type: 'bytes' },
        t: { id: 5, type: 'TensorProto' },
        floats: { id: 7, type: 'float', ...packedList },
        ints: { id: 8, type: 'int64', ...packedList },
        type: { id: 20, type: 'int32' },
      },
    },
    TensorProto: {
      fields: {
        dims: { id: 1, type: 'int64', ...packedList },
        dataType: { id: 2, type: 'int32' },
        floatData: { id: 4, type: 'float', ...packedList },
        int64Data: { id: 7, type: 'int64', ...packedList },
        name: { id: 8, type: 'string' },
        rawData: { id: 9, type: 'bytes' },
        externalData: { id: 13, type: 'StringStringEntryProto', ...list },
        dataLocation: { id: 14, type: 'int32' },
      },
    },
    ValueInfoProto: {
      fields: {
        name: { id: 1, type: 'string' },
        type: { id: 2, type: 'TypeProto' },
        docString: { id: 3, type: 'string' },
      },
    },
    TypeProto: { fields: { tensorType: { id: 1, type: 'TensorTypeProto' } } },
    TensorTypeProto: {
      fields: { elemType: { id: 1, type: 'int32' }, shape: { id: 2, type: 'TensorShapeProto' } },
    },
    TensorShapeProto: { fields: { dim: { id: 1, type: 'DimensionProto', ...list } } },
    DimensionProto: {
      fields: { dimValue: { id: 1, type: 'int64' }, dimParam: { id: 2, type: 'string' } },
    },
  },
};
