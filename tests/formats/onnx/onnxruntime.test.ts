import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Graph } from '../../../app/contract/index.ts';
import { agrees, compareLogits } from '../../../app/core/evaluation/parity.ts';
import { softmax } from '../../../app/core/evaluation/softmax.ts';
import { Network } from '../../../app/engine/index.ts';
import type { ExportedModel } from '../../../app/formats/exported-model.ts';
import { writeOnnx } from '../../../app/formats/onnx/write.ts';
import { OnnxSession } from '../../../app/jobs/onnx-session.ts';
import { logitsOf } from '../../../app/jobs/tasks/inference.ts';
import { graphs, modelOf, noise, there, tinyGraph } from './models.ts';

async function ours({ graph, tensors, normalisation }: ExportedModel, pictures: Uint8Array, count: number) {
  using network = Network.compile(graph, {
    seed: 1,
    threads: 1,
    maxBatch: count,
    normalisation,
    training: false,
  });
  await network.writeParameters(tensors);
  return (await logitsOf(network, { pictures, count })).map((row) => row.slice());
}

async function theirs(model: ExportedModel, pictures: Uint8Array, count: number, output = 'logits') {
  await using session = await OnnxSession.open(writeOnnx(model, 'model.onnx'), 1);
  const { height, width, channels } = model.graph.input;
  return await session.run(
    { name: 'images', data: pictures, shape: [count, height, width, channels] },
    output,
  );
}

test('onnxruntime gives the logits of our own engine: every layer, attribute and number of channels', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(graphs, fc.integer(), fc.integer({ min: 1, max: 5 }), async (graph, seed, count) => {
      const model = modelOf(graph, seed);
      const pictures = noise(graph, count, seed);
      const parity = compareLogits(await ours(model, pictures, count), await theirs(model, pictures, count));
      for (const { op } of graph.layers) seen.add(op);
      expect(parity.images).toBe(count);
      expect(parity.maxAbsDiff).toBeLessThanOrEqual(1e-4);
      expect(agrees(parity)).toBe(true);
    }),
    { numRuns: 150 },
  );
  expect([...seen].toSorted()).toEqual([
    'add',
    'avgPool2d',
    'batchNorm2d',
    'concat',
    'conv2d',
    'dense',
    'dropout',
    'flatten',
    'globalAvgPool',
    'hardSigmoid',
    'hardSwish',
    'leakyRelu',
    'lrn',
    'maxPool2d',
    'mul',
    'pad2d',
    'relu',
    'relu6',
    'sigmoid',
    'softmax',
    'tanh',
  ]);
}, 60_000);

test('one file takes batches of any size', async () => {
  const model = modelOf(tinyGraph, 3);
  const pictures = noise(tinyGraph, 9, 3);
  await using session = await OnnxSession.open(writeOnnx(model, 'model.onnx'), 1);
  const each = 8 * 10 * 3;
  const expected = await ours(model, pictures, 9);
  for (const count of [1, 2, 9]) {
    const input = { name: 'images', data: pictures.subarray(0, count * each), shape: [count, 8, 10, 3] };
    const rows = await session.run(input, 'logits');
    expect(agrees(compareLogits(expected.slice(0, count), rows))).toBe(true);
  }
});

test('probabilities are the softmax of the logits', async () => {
  const model = modelOf(tinyGraph, 4);
  const pictures = noise(tinyGraph, 3, 4);
  const logits = await theirs(model, pictures, 3);
  const shares = await theirs(model, pictures, 3, 'probabilities');
  shares.forEach((row, picture) => {
    softmax(there(logits[picture])).forEach((share, index) => expect(row[index]).toBeCloseTo(share, 6));
  });
});

test('names that look like those of the file itself do no harm', async () => {
  const names = ['images', 'logits', 'probabilities', 'conv1.weight', 'images/normalised'];
  const rename = (id: string) => names[tinyGraph.layers.findIndex((layer) => layer.id === id)] ?? id;
  const graph: Graph = {
    ...tinyGraph,
    layers: tinyGraph.layers.map((layer) => ({ ...layer, id: rename(layer.id), input: rename(layer.input) })),
  };
  const pictures = noise(graph, 2, 5);
  const model = modelOf(graph, 5);
  expect(agrees(compareLogits(await ours(model, pictures, 2), await theirs(model, pictures, 2)))).toBe(true);
});

test('one wrong weight, a wrong mean or another border is noticed', async () => {
  const model = modelOf(tinyGraph, 6);
  const pictures = noise(tinyGraph, 5, 6);
  const expected = await ours(model, pictures, 5);
  const { tensors, graph, normalisation } = model;
  const { data, shape } = there(tensors['conv1.weight']);
  const weights = { shape, data: data.map((weight, index) => (index === 7 ? weight + 0.01 : weight)) };
  const [conv, ...rest] = graph.layers;
  const wrong: ExportedModel[] = [
    { ...model, tensors: { ...tensors, 'conv1.weight': weights } },
    { ...model, normalisation: { ...normalisation, mean: normalisation.mean.toReversed() } },
    {
      ...model,
      graph: { ...graph, layers: [{ ...conv, padding: [2, 3, 0, 1] } as (typeof graph.layers)[0], ...rest] },
    },
  ];
  for (const each of wrong) {
    expect(agrees(compareLogits(expected, await theirs(each, pictures, 5)))).toBe(false);
  }
});
