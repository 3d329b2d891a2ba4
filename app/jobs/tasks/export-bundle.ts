import { TesseraError, type Parity } from '../../contract/index.ts';
import { softmax } from '../../core/evaluation/softmax.ts';
import type { TaskResults } from '../../core/tasks.ts';
import type { FileParity, GoldenPicture } from '../../formats/bundle/describe.ts';
import { bundleName } from '../../formats/bundle/names.ts';
import { Bundle } from '../../formats/bundle/read.ts';
import { writeBundle } from '../../formats/bundle/write.ts';
import type { ExportedModel } from '../../formats/exported-model.ts';
import { writeOnnx } from '../../formats/onnx/write.ts';
import { writeWeights } from '../../formats/weights.ts';
import { writeFileAtomic } from '../../storage/files.ts';
import type { ModelFormat } from './answering.ts';
import { orExportFailed } from './write-failure.ts';

/** Pictures that go along with their answers. */
const goldenCount = 8;

/**
 * Writes a bundle. Both models in it are judged first, as bytes, since what was found goes into it; then the written zip is
 * read back from the disk and must hold those bytes. Throws as `runExport`.
 */
export async function exportBundle({
  out,
  exported,
  pictures,
  ours,
  card,
  judge,
}: {
  out: string;
  exported: ExportedModel;
  /** Of the project, uint8 [H, W, C] each. */
  pictures: readonly Uint8Array[];
  /** Our logits for them. */
  ours: readonly Float32Array[];
  card: string;
  /** Throws `exportDiffers`. */
  judge: (format: ModelFormat, file: Uint8Array) => Promise<Parity>;
}): Promise<TaskResults['export']> {
  const onnx = writeOnnx(exported, out);
  const weights = writeWeights(exported);
  const parts: FileParity[] = [
    { file: bundleName.onnx, ...(await judge('onnx', onnx)) },
    { file: bundleName.weights, ...(await judge('safetensors', weights)) },
  ];
  const golden = chooseGolden(pictures, ours);
  const file = await writeBundle({ model: exported, onnx, weights, golden, parity: parts, card });
  const writing = writeFileAtomic(out, file, async (temporary) => {
    await using written = await Bundle.open(temporary);
    for (const [name, bytes] of [
      [bundleName.onnx, onnx],
      [bundleName.weights, weights],
    ] as const) {
      if (Buffer.compare(await written.read(name), bytes) !== 0) {
        throw new TesseraError('exportFailed', {
          path: out,
          reason: `${name} was not written as it was judged`,
        });
      }
    }
  });
  await orExportFailed(out, writing);
  const [parity] = parts.toSorted((a, b) => b.maxAbsDiff - a.maxAbsDiff);
  if (parity === undefined) throw new Error('a bundle holds models');
  return { path: out, bytes: file.length, files: [out], parity, parts };
}

/** Spread evenly, as the pictures themselves are. */
function chooseGolden(pictures: readonly Uint8Array[], ours: readonly Float32Array[]): GoldenPicture[] {
  const stride = Math.max(1, pictures.length / goldenCount);
  return Array.from({ length: Math.min(goldenCount, pictures.length) }, (_, index) => {
    const place = Math.floor(index * stride);
    const [pixels, logits] = [pictures[place], ours[place]];
    if (pixels === undefined || logits === undefined) throw new RangeError(`picture ${place} is not there`);
    return { pixels, logits, probabilities: softmax(logits) };
  });
}
