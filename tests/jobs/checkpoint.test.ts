import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TesseraError } from '../../app/contract/index.ts';
import {
  answeringParameters,
  decodeCheckpoint,
  encodeCheckpoint,
  readCheckpoint,
  type Checkpoint,
} from '../../app/jobs/checkpoint.ts';
import { temporaryFolder } from './temporary-folder.ts';

const tensor = (...values: number[]) => ({ data: new Float32Array(values), shape: [values.length] });

const adam: Checkpoint = {
  parameters: {
    'conv1.weight': { data: new Float32Array([1, -2, 3.5, 0]), shape: [1, 1, 2, 2] },
    'conv1.bias': tensor(0.25),
  },
  optimizer: {
    kind: 'adam',
    step: 42,
    tensors: {
      'conv1.weight.m': { data: new Float32Array([1e-30, 2, 3, 4]), shape: [1, 1, 2, 2] },
      'conv1.weight.v': { data: new Float32Array([5, 6, 7, 8]), shape: [1, 1, 2, 2] },
      'conv1.bias.m': tensor(9),
      'conv1.bias.v': tensor(10),
    },
  },
  state: {
    epoch: 3,
    step: 42,
    nextSeq: 17,
    seconds: 1.2345678901234567,
    best: { epoch: 2, valAccuracy: 0.9833333333333333, valLoss: 0.1 + 0.2 },
    finished: {
      kind: 'epoch',
      seq: 16,
      step: 42,
      epoch: 3,
      time: 1.1,
      trainLoss: 1 / 3,
      trainAccuracy: 0.9,
      valLoss: null,
      valAccuracy: null,
      imagesPerSecond: 1234.5,
      learningRate: 0.01,
      dataWait: 0.25,
    },
    underWay: { steps: 3, sums: { pictures: 96, loss: 0.1 + 0.7, correct: 40 }, seconds: 0.3, dataWait: 0 },
    plateau: { share: 0.1, best: 1 / 7, waited: 2 },
    data: {
      dataHash: 'cd',
      changes: [
        [3, 1],
        [5, null],
      ],
    },
  },
  seed: 0xffff_ffff,
  planHash: 'ab'.repeat(32),
};

/** What decoding throws, or null where it gives a checkpoint. */
function refusal(bytes: Uint8Array): unknown {
  try {
    decodeCheckpoint(bytes, 'last.safetensors');
    return null;
  } catch (error) {
    return error;
  }
}

describe('a checkpoint', () => {
  test('comes back bit for bit: weights, moments, counters, scores', () => {
    expect(decodeCheckpoint(encodeCheckpoint(adam), 'x')).toEqual(adam);
  });

  test('of a network that was never trained has an empty optimiser', () => {
    const untrained: Checkpoint = { ...adam, optimizer: { kind: null, step: 0, tensors: {} } };
    expect(decodeCheckpoint(encodeCheckpoint(untrained), 'x')).toEqual(untrained);
  });

  test('keeps a parameter whose name looks like a moment apart from one', () => {
    const odd: Checkpoint = {
      ...adam,
      parameters: { 'momentum.weight': tensor(1), m: tensor(2) },
      optimizer: {
        kind: 'sgd',
        step: 1,
        tensors: { 'momentum.weight.momentum': tensor(3), 'm.momentum': tensor(4) },
      },
    };
    expect(decodeCheckpoint(encodeCheckpoint(odd), 'x')).toEqual(odd);
  });

  test('holds every float32, also those that JSON has no word for', () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1, maxLength: 50 }), (values) => {
        const checkpoint = { ...adam, parameters: { w: { data: values, shape: [values.length] } } };
        const { parameters } = decodeCheckpoint(encodeCheckpoint(checkpoint), 'x');
        expect(parameters['w']?.data).toEqual(values);
      }),
    );
  });
});

describe('a checkpoint file', () => {
  test('that is not there is null', async () => {
    expect(await readCheckpoint(join(temporaryFolder(), 'last.safetensors'))).toBeNull();
  });

  test('that cannot be read says so', async () => {
    await expect(readCheckpoint(temporaryFolder())).rejects.toMatchObject({ code: 'fileUnreadable' });
  });

  test('cut off anywhere is refused with its path', async () => {
    const whole = encodeCheckpoint(adam);
    for (let length = 0; length < whole.length; length++) {
      expect(refusal(whole.subarray(0, length))).toMatchObject({
        code: 'fileMalformed',
        details: { path: 'last.safetensors' },
      });
    }
    const path = join(temporaryFolder(), 'best.safetensors');
    writeFileSync(path, whole.subarray(0, whole.length - 1));
    await expect(readCheckpoint(path)).rejects.toThrow(path);
  });

  test('with any byte changed is a checkpoint or a refusal, never another failure', () => {
    const whole = encodeCheckpoint(adam);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (place, value) => {
        const changed = whole.slice();
        changed[place] = value;
        const error = refusal(changed);
        if (error !== null) expect(error instanceof TesseraError && error.code).toBe('fileMalformed');
      }),
      { numRuns: 2000 },
    );
  });

  test('of random bytes is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(refusal(bytes)).toMatchObject({ code: 'fileMalformed' });
      }),
    );
  });
});

test('what answers is the moving average, where one was kept', () => {
  const average = { data: new Float32Array([9, 8, 7, 6]), shape: [1, 1, 2, 2] };
  const tensors = { ...adam.optimizer.tensors, 'conv1.weight.average': average };
  const kept: Checkpoint = { ...adam, optimizer: { ...adam.optimizer, tensors } };
  const read = decodeCheckpoint(encodeCheckpoint(kept), 'last.safetensors');
  expect(read).toEqual(kept);
  expect(answeringParameters(read)).toEqual({ ...adam.parameters, 'conv1.weight': average });
  expect(answeringParameters(adam)).toEqual(adam.parameters);
});

test('a checkpoint of an older Tessera lies between two epochs and knows of no plateau', () => {
  const { underWay: _, plateau: __, ...state } = adam.state;
  const older = encodeCheckpoint({ ...adam, state: state as Checkpoint['state'] });
  expect(decodeCheckpoint(older, 'last.safetensors').state).toEqual({
    ...state,
    underWay: null,
    plateau: null,
  });
});
