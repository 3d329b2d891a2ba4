/** Decodes the files that it is sent; the test starts it once for each build of the decoder. */
import { toInput } from '../../../app/formats/images/to-input.ts';
import { sharp } from '../../../app/formats/images/sharp.ts';

export interface Answer {
  isWasm: boolean;
  inputs: Uint8Array[];
}

process.once('message', (files: Uint8Array[]) => {
  const sizes = [[32, 3] as const, [48, 1] as const, [96, 3] as const];
  const inputs = files.flatMap((file) => sizes.map(([size, channels]) => toInput(file, size, channels)));
  void Promise.all(inputs).then((all) => {
    const answer: Answer = { isWasm: 'emscripten' in sharp.versions, inputs: all };
    process.send?.(answer, () => process.disconnect());
  });
});
