/**
 * Files that PyTorch wrote (torch/make_torch_files.py): narrow ones beside the script, and whole torchvision models in the
 * folder that `TESSERA_TORCH_ONNX` names.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Network } from '../../../app/engine/index.ts';
import { importOnnx } from '../../../app/formats/onnx/import/import-onnx.ts';
import { readSafetensors, toFloatTensor } from '../../../app/formats/safetensors.ts';
import { there } from './models.ts';

const folders = [`${import.meta.dirname}/torch`, process.env['TESSERA_TORCH_ONNX'] ?? ''].filter(
  (each) => each !== '',
);
const files = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.onnx'))
    .map((name) => join(folder, name)),
);

test('the narrow files are there', () => {
  expect(files.length).toBeGreaterThanOrEqual(6);
});

describe.each(files)('%s', (path) => {
  const goldenPath = path.replace(/onnx$/, 'safetensors');
  const { tensors: golden } = readSafetensors(readFileSync(goldenPath), goldenPath);
  const tensor = (name: string) => toFloatTensor(there(golden.get(name)), name, goldenPath);

  test('gives the logits that PyTorch gave, and learns', { timeout: 120_000 }, async () => {
    const { graph, tensors, classes, normalisation } = importOnnx(readFileSync(path), path);
    expect([classes, normalisation]).toEqual([null, null]);
    const [x, y] = [tensor('x'), tensor('y')];
    const each = [0.5, 0.5, 0.5];
    const options = { seed: 1, threads: 2, maxBatch: 2, normalisation: { mean: each, std: each } };
    using network = Network.compile(graph, options);
    await network.writeParameters(tensors);
    const { data, shape } = await network.forward(x);
    expect(shape).toEqual(y.shape);
    // A file that ends in a softmax gives its logits: the logarithm of its answer but for a number of each row.
    const centred = (values: Float32Array): number[] => {
      const row = there(shape[1]);
      const mean = (at: number): number =>
        values.subarray(at, at + row).reduce((sum, value) => sum + value, 0) / row;
      return Array.from(
        values,
        (value, at) => value - (path.includes('old_head') ? mean(at - (at % row)) : 0),
      );
    };
    const [ours, theirs] = [centred(data), centred(y.data)];
    const most = Math.max(1, ...theirs.map(Math.abs));
    expect(
      Math.max(...theirs.map((value, at) => Math.abs(value - there(ours[at])))) / most,
    ).toBeLessThanOrEqual(1e-4);

    const side = graph.input.height;
    const pictures = Uint8Array.from({ length: 2 * side * side * 3 }, (_, at) => (at * 37) % 256);
    const batch = { pictures, labels: Int32Array.of(0, 3), count: 2 };
    const optimizer = {
      kind: 'adam',
      // Without batch norms, which PyTorch folded in, a deep network jumps at the usual rate.
      learningRate: path.includes('googlenet') ? 1e-4 : 1e-3,
      momentum: 0,
      nesterov: false,
      weightDecay: 0,
    } as const;
    const first = await network.trainStep(batch, optimizer);
    expect(Number.isFinite(first.loss)).toBe(true);
    // PyTorch's loss on the same two pictures, where its network has no norm or dropout of its own in training.
    if (golden.has('loss')) {
      const loss = there(tensor('loss').data[0]);
      expect(Math.abs(first.loss - loss) / Math.max(1, loss)).toBeLessThanOrEqual(1e-5);
    }
    let last = first;
    for (let step = 0; step < 5; step += 1) last = await network.trainStep(batch, optimizer);
    expect(last.loss).toBeLessThan(first.loss);
  });
});
