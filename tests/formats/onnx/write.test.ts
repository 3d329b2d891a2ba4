import { describe, expect, test } from 'vitest';
import type { Layer } from '../../../app/contract/index.ts';
import { decodeModel, encodeModel } from '../../../app/formats/onnx/codec.ts';
import { layerNodes } from '../../../app/formats/onnx/layers.ts';
import { writeOnnx } from '../../../app/formats/onnx/write.ts';
import { modelOf, there, tinyGraph } from './models.ts';
import { wireFields, wireNumbers, wireText, type WireValue } from './wire.ts';

const classes = ['X', 'O and\nmore'];
const model = modelOf(tinyGraph, 1, classes);
const bytes = writeOnnx(model, 'model.onnx');

const message = (value: WireValue | undefined) => wireFields(value as Uint8Array);
const one = (fields: Map<number, WireValue[]>, number: number) => fields.get(number)?.[0];

describe('the file, read by hand against onnx.proto3', () => {
  const file = wireFields(bytes);
  const graph = message(one(file, 7));

  test('is IR version 8, opset 17, made by Tessera', () => {
    expect(one(file, 1)).toBe(8);
    expect(wireText(one(file, 2))).toBe('Tessera');
    expect(wireText(one(file, 3))).toBe('1.2.3');
    expect(file.get(8)).toHaveLength(1);
    expect(one(message(one(file, 8)), 2)).toBe(17);
  });

  test('takes pictures as bytes and gives logits and probabilities, any number at once', () => {
    const value = (info: WireValue | undefined) => {
      const fields = message(info);
      const tensor = message(one(message(one(fields, 2)), 1));
      const dims = message(one(tensor, 2)).get(1) ?? [];
      const shape = dims.map((dim) => {
        const size = message(dim);
        return one(size, 1) ?? wireText(one(size, 2));
      });
      return [wireText(one(fields, 1)), one(tensor, 1), shape];
    };
    // 1 is float, 2 is uint8.
    expect(graph.get(11)?.map(value)).toEqual([['images', 2, ['batch', 8, 10, 3]]]);
    expect(graph.get(12)?.map(value)).toEqual([
      ['logits', 1, ['batch', 2]],
      ['probabilities', 1, ['batch', 2]],
    ]);
  });

  test('has the nodes in the order in which they run', () => {
    const nodes = there(graph.get(1)).map((node) => {
      const fields = message(node);
      const texts = (number: number) => (fields.get(number) ?? []).map(wireText);
      return [texts(4)[0], texts(1), texts(2)];
    });
    expect(nodes).toEqual([
      ['Cast', ['images'], ['images/floats']],
      ['Transpose', ['images/floats'], ['images/planes']],
      ['Div', ['images/planes', 'images/255'], ['images/scaled']],
      ['Sub', ['images/scaled', 'images/mean'], ['images/centred']],
      ['Div', ['images/centred', 'images/std'], ['images/normalised']],
      ['Conv', ['images/normalised', 'conv1.weight', 'conv1.bias'], ['conv1/output']],
      ['Relu', ['conv1/output'], ['relu1/output']],
      ['AveragePool', ['relu1/output'], ['pool1/output']],
      ['Flatten', ['pool1/output'], ['flatten1/output']],
      ['Gemm', ['flatten1/output', 'fc1.weight'], ['logits']],
      ['Softmax', ['logits'], ['probabilities']],
    ]);
  });

  test('says the convolution with all its attributes', () => {
    const node = message(graph.get(1)?.[5]);
    const attributes = Object.fromEntries(
      there(node.get(5)).map((attribute) => {
        const fields = message(attribute);
        // 20 is the type: 7 numbers, 2 one number.
        const value = one(fields, 20) === 7 ? wireNumbers(one(fields, 8)) : one(fields, 3);
        return [wireText(one(fields, 1)), value];
      }),
    );
    expect(wireText(one(node, 3))).toBe('conv1');
    expect(attributes).toEqual({
      kernel_shape: [3, 2],
      strides: [2, 1],
      pads: [0, 1, 2, 3],
      dilations: [1, 2],
      group: 1,
    });
  });

  test('holds the parameters under their own names, bytes unchanged', () => {
    const tensors = new Map(
      there(graph.get(5)).map((tensor) => {
        const fields = message(tensor);
        expect(one(fields, 2)).toBe(1);
        return [wireText(one(fields, 8)), fields];
      }),
    );
    const { mean, std } = model.normalisation;
    const expected = {
      'images/255': { shape: [], data: Float32Array.of(255) },
      'images/mean': { shape: [1, 3, 1, 1], data: Float32Array.from(mean) },
      'images/std': { shape: [1, 3, 1, 1], data: Float32Array.from(std) },
      ...model.tensors,
    };
    expect([...tensors.keys()]).toEqual(Object.keys(expected));
    for (const [name, { shape, data }] of Object.entries(expected)) {
      const fields = there(tensors.get(name));
      expect(wireNumbers(one(fields, 1) ?? new Uint8Array())).toEqual(shape);
      expect(Buffer.from(one(fields, 9) as Uint8Array)).toEqual(Buffer.from(new Uint8Array(data.buffer)));
    }
  });

  test('carries labels, size and origin', () => {
    const metadata = Object.fromEntries(
      there(file.get(14)).map((entry) => [
        wireText(one(message(entry), 1)),
        wireText(one(message(entry), 2)),
      ]),
    );
    expect(JSON.parse(metadata['labels'] ?? '')).toEqual(classes);
    expect(JSON.parse(metadata['tessera.normalisation'] ?? '')).toEqual(model.normalisation);
    expect(metadata).toMatchObject({
      'tessera.image_height': '8',
      'tessera.image_width': '10',
      'tessera.channels': '3',
      'tessera.model': 'tiny',
      'tessera.run': '20260101-000000-abcdef',
      'tessera.data_hash': 'd'.repeat(64),
      'tessera.version': '1.2.3',
    });
  });
});

test('a message is written byte for byte as the format asks', () => {
  const small = encodeModel({
    irVersion: 8,
    graph: { name: 'g', node: [], initializer: [], input: [], output: [] },
    opsetImport: [{ version: 17 }],
  });
  expect(Buffer.from(small).toString('hex')).toBe('08083a031201674202' + '1011');
});

test.each<[Layer, string, Record<string, number | number[]>]>([
  [
    { op: 'batchNorm2d', id: 'a', input: 'x', epsilon: 0.5, momentum: 0.1 },
    'BatchNormalization',
    { epsilon: 0.5 },
  ],
  [
    { op: 'lrn', id: 'a', input: 'x', size: 5, alpha: 0.25, beta: 0.75, bias: 2 },
    'LRN',
    { alpha: 0.25, beta: 0.75, bias: 2, size: 5 },
  ],
  [{ op: 'leakyRelu', id: 'a', input: 'x', slope: 0.25 }, 'LeakyRelu', { alpha: 0.25 }],
  [{ op: 'hardSwish', id: 'a', input: 'x' }, 'HardSwish', {}],
  [{ op: 'relu6', id: 'a', input: 'x' }, 'Clip', {}],
  [{ op: 'dropout', id: 'a', input: 'x', rate: 0.5 }, 'Identity', {}],
  [{ op: 'add', id: 'a', inputs: ['x', 'z'] }, 'Sum', {}],
  [{ op: 'concat', id: 'a', inputs: ['x', 'z'] }, 'Concat', { axis: 1 }],
  [
    { op: 'maxPool2d', id: 'a', input: 'input', window: [3, 2], stride: [2, 1], padding: [1, 0] },
    'MaxPool',
    { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 0] },
  ],
  [
    { op: 'avgPool2d', id: 'a', input: 'input', window: [3, 2], stride: [2, 1], padding: [1, 0] },
    'AveragePool',
    { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 0], count_include_pad: 1 },
  ],
  [{ op: 'globalAvgPool', id: 'a', input: 'input' }, 'GlobalAveragePool', {}],
  [{ op: 'sigmoid', id: 'a', input: 'input' }, 'Sigmoid', {}],
  [{ op: 'tanh', id: 'a', input: 'input' }, 'Tanh', {}],
  [{ op: 'flatten', id: 'a', input: 'input' }, 'Flatten', { axis: 1 }],
  [{ op: 'dense', id: 'a', input: 'input', units: 3, bias: true }, 'Gemm', { transB: 1 }],
])('%o is %s', (layer, opType, attributes) => {
  const { nodes, constants } = layerNodes(layer, ['x'], 'y', [3, 9, 8]);
  expect(constants).toEqual([]);
  const node = there(nodes[0]);
  expect(node.opType).toBe(opType);
  expect(
    Object.fromEntries((node.attribute ?? []).map(({ name, f, i, ints }) => [name, f ?? i ?? ints])),
  ).toEqual(attributes);
});

test('what cannot be parsed is refused in one sentence', () => {
  const code = (file: Uint8Array) => {
    try {
      decodeModel(file, 'broken.onnx');
    } catch (error) {
      return String(error);
    }
    return 'read';
  };
  expect(code(bytes.subarray(0, bytes.length - 20))).toMatch(/broken\.onnx is not a well-formed ONNX file: /);
  expect(code(bytes)).toBe('read');
});

test('weights beyond what the format can hold are refused', () => {
  // Sixty-five times the same 32 MB: nothing is allocated for the file before the sum is looked at.
  const data = new Float32Array(2 ** 23);
  const tensors = Object.fromEntries(
    Array.from({ length: 65 }, (_, index) => [`fc${index}.weight`, { data, shape: [data.length] }]),
  );
  expect(() => writeOnnx({ ...model, tensors }, 'huge.onnx')).toThrow(/huge\.onnx.*2 GB/);
});
