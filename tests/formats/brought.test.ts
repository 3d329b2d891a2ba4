import { describe, expect, test } from 'vitest';
import type { ExportedModel } from '../../app/formats/exported-model.ts';
import { readModelFile } from '../../app/formats/brought/read-model.ts';
import { writeWeights } from '../../app/formats/weights.ts';
import { modelOf, tinyGraph } from './onnx/models.ts';

const model = modelOf(tinyGraph, 4);
const read = (change: Partial<ExportedModel>) =>
  readModelFile(writeWeights({ ...model, ...change }), 'own.safetensors');

describe('weights that Tessera exported', () => {
  test('are what they were', () => {
    const { graph, classes, outputs, classifier, isAssumed } = read({});
    expect({ graph, classes, outputs, classifier, isAssumed }).toEqual({
      graph: tinyGraph,
      classes: model.classes,
      outputs: 2,
      classifier: 'fc1',
      isAssumed: false,
    });
  });

  test.each<[string, Partial<ExportedModel>, RegExp]>([
    ['its classes are others', { classes: ['a', 'b', 'c'] }, /it names 3 classes and tells 2 apart/],
    [
      'its channels are others',
      { normalisation: { mean: [0], std: [1] } },
      /its means and deviations are not those of 3 channels/,
    ],
    [
      'a deviation is 0',
      { normalisation: { mean: [0, 0, 0], std: [1, 0, 1] } },
      /its means and deviations are not those of 3 channels/,
    ],
    [
      'its layers do not fit together',
      { graph: { ...tinyGraph, layers: tinyGraph.layers.slice(1) } },
      /own\.safetensors cannot be brought in: layer relu1: it reads conv1, which does not come before it/,
    ],
    ['a parameter is missing', { tensors: {} }, /conv1\.weight is not in it/],
  ])('are refused where %s', (_, change, reason) => {
    expect(() => read(change)).toThrow(reason);
  });
});
