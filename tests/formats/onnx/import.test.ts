import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Graph } from '../../../app/contract/index.ts';
import { encodeModel } from '../../../app/formats/onnx/codec.ts';
import type { ExportedModel } from '../../../app/formats/exported-model.ts';
import { importOnnx, type ImportedModel } from '../../../app/formats/onnx/import/import-onnx.ts';
import type { ModelProto, NodeProto } from '../../../app/formats/onnx/schema.ts';
import { onnxModel, writeOnnx } from '../../../app/formats/onnx/write.ts';
import { Network } from '../../../app/engine/index.ts';
import { logitsOf } from '../../../app/jobs/tasks/inference.ts';
import { graphs, modelOf, noise, there, tinyGraph } from './models.ts';

type Parts = Pick<ExportedModel, 'graph' | 'tensors' | 'normalisation'>;

async function answers({ graph, tensors, normalisation }: Parts, pictures: Uint8Array, count: number) {
  using network = Network.compile(graph, {
    seed: 1,
    threads: 1,
    maxBatch: count,
    normalisation,
    training: false,
  });
  await network.writeParameters(tensors);
  return (await logitsOf(network, { pictures, count })).map((row) => [...row]);
}

const whole = (model: ImportedModel): Parts => ({
  ...model,
  normalisation: there(model.normalisation ?? undefined),
});

/** The greatest difference, as a share of the greatest number where that is above 1. */
function distance(a: readonly number[][], b: readonly number[][]): number {
  const most = Math.max(1, ...a.flat().map(Math.abs));
  return (
    Math.max(
      ...a.flatMap((row, at) => row.map((value, place) => Math.abs(value - (b[at]?.[place] ?? NaN)))),
    ) / most
  );
}

test('what we write comes back as a network that gives our own logits', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.integer(), async (graph, seed) => {
      const model = modelOf(graph, seed);
      const pictures = noise(graph, 3, seed);
      const imported = importOnnx(writeOnnx(model, 'm'), 'm');
      expect(imported.classes).toEqual(model.classes);
      expect(
        distance(await answers(model, pictures, 3), await answers(whole(imported), pictures, 3)),
      ).toBeLessThanOrEqual(1e-5);
    }),
    { numRuns: 100 },
  );
}, 60_000);

test('a picture times itself is a first layer like any other', async () => {
  const graph: Graph = {
    name: 'squared',
    input: { channels: 1, height: 5, width: 5 },
    layers: [
      { op: 'mul', inputs: ['input', 'input'], id: 'mul1' },
      { op: 'flatten', id: 'flatten1', input: 'mul1' },
      { op: 'dense', units: 2, bias: true, id: 'fc1', input: 'flatten1' },
    ],
  };
  const model = modelOf(graph, 0);
  const pictures = noise(graph, 3, 0);
  const imported = whole(importOnnx(writeOnnx(model, 'm'), 'm'));
  expect(distance(await answers(model, pictures, 3), await answers(imported, pictures, 3))).toBeLessThan(
    1e-5,
  );
});

test('a mean that counts its padding and rounds up along one axis alone comes back', async () => {
  const graph: Graph = {
    name: 'mean',
    input: { channels: 1, height: 9, width: 6 },
    layers: [
      { op: 'relu', id: 'relu1', input: 'input' },
      {
        op: 'avgPool2d',
        id: 'pool1',
        input: 'relu1',
        window: [2, 3],
        stride: [2, 2],
        padding: [1, 0],
        ceilMode: true,
        countIncludePad: true,
      },
      { op: 'flatten', id: 'flatten1', input: 'pool1' },
      { op: 'dense', units: 2, bias: true, id: 'fc1', input: 'flatten1' },
    ],
  };
  const model = modelOf(graph, 0);
  const pictures = noise(graph, 3, 0);
  const imported = whole(importOnnx(writeOnnx(model, 'm'), 'm'));
  expect(imported.graph.layers.map(({ op }) => op)).not.toContain('pad2d');
  expect(distance(await answers(model, pictures, 3), await answers(imported, pictures, 3))).toBeLessThan(
    1e-5,
  );
});

test.each(['Softmax', 'LogSoftmax'])('%s at the end is left out: logits come back', (opType) => {
  const { graph, ...rest } = onnxModel(modelOf(tinyGraph, 2));
  const shares = there(graph.output.find(({ name }) => name === 'probabilities'));
  const node = graph.node.map((each) => (each.opType === 'Softmax' ? { ...each, opType } : each));
  const file = encodeModel({ ...rest, graph: { ...graph, node, output: [shares] } });
  expect(importOnnx(file, 'm').graph.layers).toEqual(
    importOnnx(writeOnnx(modelOf(tinyGraph, 2), 'm'), 'm').graph.layers,
  );
});

test('its parameters keep their names, and it learns', async () => {
  const model = modelOf(tinyGraph, 2);
  const imported = whole(importOnnx(writeOnnx(model, 'm'), 'm'));
  expect(Object.keys(imported.tensors).toSorted()).toEqual(Object.keys(model.tensors).toSorted());
  using network = Network.compile(imported.graph, {
    seed: 1,
    threads: 1,
    maxBatch: 4,
    normalisation: imported.normalisation,
  });
  await network.writeParameters(imported.tensors);
  const batch = { pictures: noise(tinyGraph, 4, 1), labels: Int32Array.of(0, 1, 0, 1), count: 4 };
  const optimizer = {
    kind: 'adam',
    learningRate: 0.01,
    momentum: 0,
    nesterov: false,
    weightDecay: 0,
  } as const;
  const losses: number[] = [];
  for (let step = 0; step < 30; step += 1) losses.push((await network.trainStep(batch, optimizer)).loss);
  expect(there(losses.at(-1))).toBeLessThan(there(losses[0]) / 2);
});

describe('refused in one sentence', () => {
  const good = onnxModel(modelOf(tinyGraph, 1));
  const changed = (graph: Partial<ModelProto['graph']>): ModelProto => ({
    ...good,
    graph: { ...good.graph, ...graph },
  });
  const relu = there(good.graph.node.find(({ opType }) => opType === 'Relu'));
  const instead = (node: NodeProto): ModelProto =>
    changed({ node: good.graph.node.map((each) => (each === relu ? node : each)) });
  test.each<[string, ModelProto, RegExp]>([
    [
      'an unknown operator',
      instead({ ...relu, opType: 'Loop' }),
      /its node relu1 \(Loop\) cannot be taken over: Tessera does not know this operator/,
    ],
    [
      'an operator named as something that every object has',
      instead({ ...relu, opType: 'constructor' }),
      /\(constructor\)/,
    ],
    [
      'several unknown operators, all of them at once',
      changed({
        node: good.graph.node.map((each) =>
          each === relu
            ? { ...each, opType: 'Loop' }
            : each.opType === 'Flatten'
              ? { ...each, opType: 'Einsum' }
              : each,
        ),
      }),
      /its node relu1 \(Loop\) cannot be taken over: Tessera does not know this operator, nor Einsum\./,
    ],
    ['an operator of somebody else', instead({ ...relu, domain: 'com.example' }), /does not know/],
    [
      'a node that reads what it gives',
      instead({ ...relu, input: [there(relu.output[0])] }),
      /no node before it gives its input 1/,
    ],
    ['a hard sigmoid of another slope', instead({ ...relu, opType: 'HardSigmoid' }), /x \/ 6/],
    [
      'limits that we do not know',
      instead({ ...relu, opType: 'Clip', input: [...relu.input, 'images/255'] }),
      /limits/,
    ],
    ['an opset that is too old', { ...good, opsetImport: [{ version: 8 }] }, /version 8; versions 9 to 21/],
    ['an opset that is too new', { ...good, opsetImport: [{ version: 22 }] }, /version 22/],
    ['no input', changed({ input: [] }), /takes 0 inputs/],
    ['no output', changed({ output: [] }), /gives no output/],
    ['too many nodes', changed({ node: Array<NodeProto>(10_001).fill(relu) }), /10001 nodes/],
    ['a long name', instead({ ...relu, input: ['x'.repeat(1001)] }), /longer than a thousand/],
    [
      'values in another file',
      changed({
        initializer: good.graph.initializer.map((each) => ({
          ...each,
          externalData: [{ key: 'location', value: '../x' }],
        })),
      }),
      /lie in another file/,
    ],
    [
      'sizes that promise too much',
      changed({ initializer: good.graph.initializer.map((each) => ({ ...each, dims: [2 ** 40] })) }),
      /more numbers than a file can hold/,
    ],
    [
      'weights that do not fill their shape',
      changed({ initializer: good.graph.initializer.map((each) => ({ ...each, dims: [7] })) }),
      /do not fill \[7\]/,
    ],
  ])('%s', (_name, bad, reason) => {
    expect(() => importOnnx(encodeModel(bad), 'bad.onnx')).toThrow(reason);
    expect(() => importOnnx(encodeModel(bad), 'bad.onnx')).toThrow(/^bad\.onnx is not a well-formed ONNX/);
  });

  test('a convolution of other channels says what came and what was expected', () => {
    const graph: Graph = { ...tinyGraph };
    const model = onnxModel(modelOf(graph, 1));
    const initializer = model.graph.initializer.map((each) =>
      each.name === 'conv1.weight' ? { ...each, dims: [12, 1, 3, 2] } : each,
    );
    expect(() => importOnnx(encodeModel({ ...model, graph: { ...model.graph, initializer } }), 'm')).toThrow(
      /take 1 channels, but 3 come/,
    );
  });
});
