/** Every architecture out of the house and in again: judged by onnxruntime, and by our own engine after the import. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { architectureName } from '../../../app/contract/index.ts';
import { architectures } from '../../../app/core/model/architectures.ts';
import { Network } from '../../../app/engine/index.ts';
import { importOnnx } from '../../../app/formats/onnx/import/import-onnx.ts';
import { OnnxSession } from '../../../app/jobs/onnx-session.ts';
import { count, distance, exportedArchitecture, options, rowsOf } from './exported-architecture.ts';
import { there } from './models.ts';

/**
 * Pictures as small as a network allows, and networks up to fifteen million parameters; `TESSERA_EXPORT_ALL=1` takes the
 * others too, which need some minutes.
 */
const isAll = process.env['TESSERA_EXPORT_ALL'] === '1';
/** Where the files are kept for torch/check_exports.py; nowhere unless it is named. */
const folder = process.env['TESSERA_EXPORT_FOLDER'];
const greatest = 15e6;
const known = new Map(architectures().map((each) => [each.name, each]));
const names = architectureName.options.filter(
  (name) => isAll || there(known.get(name)).parameters <= greatest,
);

describe.each(names)('%s', (name) => {
  test(
    'answers alike in onnxruntime and after coming back',
    { timeout: isAll ? 1_200_000 : 180_000 },
    async () => {
      const { file, tensors, imageSize, pictures, ours } = await exportedArchitecture(name);
      if (folder !== undefined) writeFileSync(join(folder, `${name}.onnx`), file);

      await using session = await OnnxSession.open(file, 2);
      const theirs = await session.run(
        { name: 'images', data: pictures, shape: [count, imageSize, imageSize, 3] },
        'logits',
      );
      const apart = distance(ours, theirs);
      if (isAll) process.stdout.write(`${name}: ${apart.toExponential(1)} from onnxruntime\n`);
      expect(apart).toBeLessThanOrEqual(1e-4);

      const imported = importOnnx(file, `${name}.onnx`);
      expect(Object.keys(imported.tensors).toSorted()).toEqual(Object.keys(tensors).toSorted());
      using back = Network.compile(imported.graph, {
        ...options,
        normalisation: there(imported.normalisation ?? undefined),
      });
      await back.writeParameters(imported.tensors);
      const again = distance(ours, await rowsOf(back, pictures));
      if (isAll) process.stdout.write(`${name}: ${again.toExponential(1)} from what came back\n`);
      expect(again).toBeLessThanOrEqual(1e-5);
    },
  );
});
