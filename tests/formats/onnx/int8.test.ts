import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Graph } from '../../../app/contract/index.ts';
import { compareLogits } from '../../../app/core/evaluation/parity.ts';
import { ValueMeter, type ValueRange } from '../../../app/core/quantisation/value-range.ts';
import { Network } from '../../../app/engine/index.ts';
import type { ExportedModel } from '../../../app/formats/exported-model.ts';
import { encodeModel } from '../../../app/formats/onnx/codec.ts';
import { foldNorms } from '../../../app/formats/onnx/int8/fold-norms.ts';
import { quantise } from '../../../app/formats/onnx/int8/quantise.ts';
import { givingValues, quantisedValues } from '../../../app/formats/onnx/int8/values.ts';
import { readOnnxClassifier } from '../../../app/formats/onnx/read.ts';
import type { ModelProto } from '../../../app/formats/onnx/schema.ts';
import { onnxModel } from '../../../app/formats/onnx/write.ts';
import { OnnxSession } from '../../../app/jobs/onnx-session.ts';
import { logitsOf } from '../../../app/jobs/tasks/inference.ts';
import { graphs, modelOf, noise, there, tinyGraph } from './models.ts';

async function ours({ graph, tensors, normalisation }: ExportedModel, pictures: Uint8Array, count: number) {
  const options = { seed: 1, threads: 1, maxBatch: count, normalisation, training: false };
  using network = Network.compile(graph, options);
  await network.writeParameters(tensors);
  return (await logitsOf(network, { pictures, count })).map((row) => row.slice());
}

const input = ({ input: { height, width, channels } }: Graph, pictures: Uint8Array, count: number) => ({
  name: 'images',
  data: pictures,
  shape: [count, height, width, channels],
});

async function rangesOf(model: ModelProto, graph: Graph, pictures: Uint8Array, count: number) {
  const names = quantisedValues(model);
  await using session = await OnnxSession.open(encodeModel(givingValues(model, names)), 1);
  const values = await session.values(input(graph, pictures, count), names);
  return new Map<string, ValueRange>(
    [...values].map(([name, numbers]) => {
      const meter = new ValueMeter();
      meter.add(numbers);
      return [name, meter.range(0)];
    }),
  );
}

test('a network with its batch norms folded in answers alike', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.integer(), async (graph, seed) => {
      const model = modelOf(graph, seed);
      const folded = foldNorms(model);
      const pictures = noise(graph, 3, seed);
      const { maxAbsDiff, tolerance } = compareLogits(
        await ours(model, pictures, 3),
        await ours(folded, pictures, 3),
      );
      expect(maxAbsDiff).toBeLessThanOrEqual(2 * tolerance);
      expect(folded.graph.layers.some(({ op }) => op === 'dropout')).toBe(false);
    }),
    { numRuns: 100 },
  );
}, 60_000);

describe('a quantised network', () => {
  test('runs in onnxruntime whatever its layers are, and answers nearly alike', async () => {
    const errors: number[] = [];
    await fc.assert(
      fc.asyncProperty(graphs, fc.integer(), async (graph, seed) => {
        const count = 4;
        const model = onnxModel(foldNorms(modelOf(graph, seed)));
        const pictures = noise(graph, count, seed);
        const bytes = encodeModel(quantise(model, await rangesOf(model, graph, pictures, count)));
        await using float = await OnnxSession.open(encodeModel(model), 1);
        await using int8 = await OnnxSession.open(bytes, 1);
        const wanted = await float.run(input(graph, pictures, count), 'logits');
        const given = await int8.run(input(graph, pictures, count), 'logits');
        const all = wanted.flatMap((row) => [...row]);
        const spread = Math.max(...all.map(Math.abs), 1e-3);
        const worst = Math.max(
          ...given.flatMap((row, at) =>
            [...row].map((value, place) => Math.abs(value - there(wanted[at]?.[place]))),
          ),
        );
        errors.push(worst / spread);
        expect(Number.isFinite(worst)).toBe(true);
        expect(readOnnxClassifier(bytes, 'x.onnx').labels).toHaveLength(wanted[0]?.length ?? 0);
      }),
      { numRuns: 60 },
    );
    // Noise through random layers is harder than pictures: a few networks lose much, most of them next to nothing.
    const sorted = errors.toSorted((a, b) => a - b);
    expect(there(sorted[Math.floor(sorted.length / 2)])).toBeLessThan(0.03);
  }, 120_000);

  test('with a ReLU after a ReLU runs in onnxruntime', async () => {
    const graph: Graph = {
      name: 'rows',
      input: { channels: 1, height: 5, width: 5 },
      layers: [
        { op: 'flatten', id: 'flatten0', input: 'input' },
        { op: 'dense', units: 1, bias: false, id: 'dense1', input: 'flatten0' },
        { op: 'relu', id: 'relu2', input: 'dense1' },
        { op: 'relu', id: 'relu3', input: 'relu2' },
        { op: 'dense', units: 2, bias: true, id: 'dense4', input: 'relu3' },
      ],
    };
    const model = onnxModel(foldNorms(modelOf(graph, 0)));
    const pictures = noise(graph, 4, 0);
    const bytes = encodeModel(quantise(model, await rangesOf(model, graph, pictures, 4)));
    await using session = await OnnxSession.open(bytes, 1);
    expect(await session.run(input(graph, pictures, 4), 'logits')).toHaveLength(4);
  });

  test('has int8 weights by filter, int32 biases, uint8 values, and no float weight left', async () => {
    const exported = modelOf(tinyGraph, 5);
    const model = onnxModel(foldNorms(exported));
    const pictures = noise(tinyGraph, 4, 1);
    const { graph, metadataProps } = quantise(model, await rangesOf(model, tinyGraph, pictures, 4));
    const types = new Map(graph.initializer.map(({ name, dataType, dims }) => [name, { dataType, dims }]));
    expect(types.get('conv1.weight/whole')).toEqual({ dataType: 3, dims: [4, 3, 3, 2] });
    expect(types.get('conv1.weight/scale')).toEqual({ dataType: 1, dims: [4] });
    expect(types.get('conv1.bias/whole')).toEqual({ dataType: 6, dims: [4] });
    expect(types.get('images/normalised/zero')).toEqual({ dataType: 2, dims: [] });
    expect(types.has('conv1.weight') || types.has('fc1.weight')).toBe(false);
    // Between a convolution and its ReLU nothing is rounded, and the answers are floats.
    const rounded = graph.node
      .filter(({ opType }) => opType === 'QuantizeLinear')
      .map((node) => node.input[0]);
    expect(rounded).not.toContain('conv1/output');
    expect(rounded).toContain('relu1/output');
    expect(rounded).not.toContain('logits');
    expect(metadataProps?.map(({ key }) => key)).toContain('tessera.quantisation');
  });

  test('is refused where a weight is not finite or a value was not measured', () => {
    const exported = modelOf(tinyGraph, 5);
    const model = onnxModel(exported);
    expect(() => quantise(model, new Map())).toThrow('images/normalised was not measured');
    const ranges = new Map(quantisedValues(model).map((name) => [name, { least: -1, greatest: 1 }]));
    there(exported.tensors['conv1.weight']).data[3] = NaN;
    expect(() => quantise(onnxModel(exported), ranges)).toThrow('conv1.weight');
  });
});
