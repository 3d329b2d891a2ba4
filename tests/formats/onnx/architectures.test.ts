/** Every architecture out of the house and in again: judged by onnxruntime, and by our own engine after the import. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { architectureName } from '../../../app/contract/index.ts';
import { architectures, buildArchitecture } from '../../../app/core/model/architectures.ts';
import { predictionGraph } from '../../../app/core/model/prediction.ts';
import { Network } from '../../../app/engine/index.ts';
import { importOnnx } from '../../../app/formats/onnx/import/import-onnx.ts';
import { writeOnnx } from '../../../app/formats/onnx/write.ts';
import { OnnxSession } from '../../../app/jobs/onnx-session.ts';
import { logitsOf } from '../../../app/jobs/tasks/inference.ts';
import { noise, there } from './models.ts';

/**
 * Pictures as small as a network allows, and networks up to fifteen million parameters; `TESSERA_EXPORT_ALL=1` takes the
 * others too, which need some minutes.
 */
const isAll = process.env['TESSERA_EXPORT_ALL'] === '1';
/** Where the files are kept for torch/check_exports.py; nowhere unless it is named. */
const folder = process.env['TESSERA_EXPORT_FOLDER'];
const greatest = 15e6;
const known = new Map(architectures().map((each) => [each.name, each]));
const sizes = new Map([...known].map(([name, { leastImageSize }]) => [name, leastImageSize]));
const names = architectureName.options.filter(
  (name) => isAll || there(known.get(name)).parameters <= greatest,
);
const count = 2;

/** The greatest difference, as a share of the greatest logit where that is above 1. */
function distance(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  const most = Math.max(1, ...a.flatMap((row) => [...row].map(Math.abs)));
  const apart = a.flatMap((row, at) =>
    [...row].map((value, place) => Math.abs(value - (b[at]?.[place] ?? NaN))),
  );
  return Math.max(...apart) / most;
}

describe.each(names)('%s', (name) => {
  test('answers alike in onnxruntime and after coming back', { timeout: 180_000 }, async () => {
    const imageSize = there(sizes.get(name));
    const graph = predictionGraph(buildArchitecture(name, { channels: 3, imageSize, classes: 5 }));
    const normalisation = { mean: [0.48, 0.45, 0.4], std: [0.23, 0.22, 0.225] };
    const options = { seed: 3, threads: 2, maxBatch: count, normalisation, training: false };
    const pictures = noise(graph, count, 7);
    using network = Network.compile(graph, options);
    const tensors = await network.readParameters();
    const rows = (of: Network) =>
      logitsOf(of, { pictures, count }).then((all) => all.map((row) => row.slice()));
    const ours = await rows(network);
    const model = {
      graph,
      tensors,
      classes: ['a', 'b', 'c', 'd', 'e'],
      normalisation,
      origin: { runId: 'r', dataHash: 'd', version: '1' },
    };
    const file = writeOnnx(model, `${name}.onnx`);
    if (folder !== undefined) writeFileSync(join(folder, `${name}.onnx`), file);

    await using session = await OnnxSession.open(file, 2);
    const theirs = await session.run(
      { name: 'images', data: pictures, shape: [count, imageSize, imageSize, 3] },
      'logits',
    );
    expect(distance(ours, theirs)).toBeLessThanOrEqual(1e-4);

    const imported = importOnnx(file, `${name}.onnx`);
    expect(Object.keys(imported.tensors).toSorted()).toEqual(Object.keys(tensors).toSorted());
    using back = Network.compile(imported.graph, {
      ...options,
      normalisation: there(imported.normalisation ?? undefined),
    });
    await back.writeParameters(imported.tensors);
    expect(distance(ours, await rows(back))).toBeLessThanOrEqual(1e-5);
  });
});
