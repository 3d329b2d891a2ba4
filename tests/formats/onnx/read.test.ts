import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TesseraError } from '../../../app/contract/index.ts';
import { encodeModel } from '../../../app/formats/onnx/codec.ts';
import { readOnnxClassifier, withoutPreprocessing } from '../../../app/formats/onnx/read.ts';
import type { ModelProto } from '../../../app/formats/onnx/schema.ts';
import { onnxModel, writeOnnx } from '../../../app/formats/onnx/write.ts';
import { OnnxSession } from '../../../app/jobs/onnx-session.ts';
import { graphs, modelOf, noise, there, tinyGraph } from './models.ts';

const labels = ['X', 'O and\nmore'];
const model = modelOf(tinyGraph, 1, labels);

test('every file that we write says what goes in and what comes out', () => {
  fc.assert(
    fc.property(graphs, fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 5 }), (graph, classes) => {
      const read = readOnnxClassifier(writeOnnx(modelOf(graph, 1, classes), 'm'), 'm');
      expect(read).toMatchObject({ labels: classes, input: graph.input });
    }),
  );
});

test('from the first layer on it is the same network', async () => {
  // Called like a value of the preprocessing, and must stay all the same.
  const layers = tinyGraph.layers.map((layer) => ({
    ...layer,
    id: layer.id === 'conv1' ? 'images/floats' : layer.id,
    input: layer.input === 'conv1' ? 'images/floats' : layer.input,
  }));
  const named = modelOf({ ...tinyGraph, layers }, 1);
  const file = writeOnnx(named, 'm');
  await using whole = await OnnxSession.open(file, 1);
  await using rest = await OnnxSession.open(withoutPreprocessing(readOnnxClassifier(file, 'm')), 1);
  const pictures = noise(tinyGraph, 2, 9);
  const { mean, std } = named.normalisation;
  const [pixels, channels] = [8 * 10, 3];
  const tensor = new Float32Array(pictures.length);
  pictures.forEach((value, index) => {
    const channel = index % channels;
    const pixel = Math.floor(index / channels) % pixels;
    const picture = Math.floor(index / (channels * pixels));
    tensor[(picture * channels + channel) * pixels + pixel] =
      (value / 255 - there(mean[channel])) / there(std[channel]);
  });
  const expected = await whole.run({ name: 'images', data: pictures, shape: [2, 8, 10, 3] }, 'logits');
  const rows = await rest.run({ name: 'images/normalised', data: tensor, shape: [2, 3, 8, 10] }, 'logits');
  rows.forEach((row, picture) => {
    row.forEach((logit, index) => expect(logit).toBeCloseTo(there(expected[picture]?.[index]), 4));
  });
});

describe('refused, with the file and the reason', () => {
  const good = onnxModel(model);
  const [first, ...others] = good.graph.node;
  const changed = (graph: Partial<ModelProto['graph']>): ModelProto => ({
    ...good,
    graph: { ...good.graph, ...graph },
  });
  test.each<[string, ModelProto, RegExp]>([
    ['no metadata', { ...good, metadataProps: [] }, /not exported by Tessera/],
    [
      'labels that are no list',
      { ...good, metadataProps: there(good.metadataProps).map((each) => ({ ...each, value: '1' })) },
      /not exported by Tessera/,
    ],
    [
      'an operator that we do not write',
      changed({ node: [{ ...there(first), opType: 'Loop' }, ...others] }),
      /operator Loop/,
    ],
    [
      'an operator of somebody else',
      changed({ node: [{ ...there(first), domain: 'com.example' }, ...others] }),
      /operator Cast/,
    ],
    [
      'values in another file',
      changed({
        initializer: good.graph.initializer.map((each) => ({
          ...each,
          externalData: [{ key: 'location', value: '/etc/passwd' }],
        })),
      }),
      /lie in another file/,
    ],
  ])('%s', (_name, bad, reason) => {
    expect(() => readOnnxClassifier(encodeModel(bad), 'bad.onnx')).toThrow(reason);
    expect(() => readOnnxClassifier(encodeModel(bad), 'bad.onnx')).toThrow(
      /^bad\.onnx is not a well-formed ONNX/,
    );
  });

  test('whatever is changed in a file, it is read or refused with a code', () => {
    const file = writeOnnx(model, 'm');
    const changes = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(changes, fc.nat(file.length), (bytes, length) => {
        const mutant = file.slice(0, Math.max(length, 1));
        for (const [place, value] of bytes) mutant[place % mutant.length] = value;
        expectReadOrRefused(mutant);
      }),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), expectReadOrRefused), { numRuns: 1000 });
  });
});

function expectReadOrRefused(file: Uint8Array): void {
  try {
    withoutPreprocessing(readOnnxClassifier(file, 'm'));
  } catch (error) {
    expect(error).toBeInstanceOf(TesseraError);
    expect((error as TesseraError).code).toBe('fileMalformed');
  }
}
