import { readFile } from 'node:fs/promises';
import { TesseraError, type Parity, type Quantisation } from '../../contract/index.ts';
import type { TaskResults } from '../../core/tasks.ts';
import { batchesOf } from '../../core/training/batches.ts';
import type { ManifestEntry, TrainPlan } from '../../core/training/plan.ts';
import type { ExportedModel } from '../../formats/exported-model.ts';
import { encodeModel } from '../../formats/onnx/codec.ts';
import { foldNorms } from '../../formats/onnx/int8/fold-norms.ts';
import { quantise } from '../../formats/onnx/int8/quantise.ts';
import { onnxModel, writeOnnx } from '../../formats/onnx/write.ts';
import { writeFileAtomic } from '../../storage/files.ts';
import type { Originals } from '../originals.ts';
import { openWritten, type Answering, type ModelFormat } from './answering.ts';
import { measureValues, type MeasuredValues } from './calibration.ts';
import type { TaskContext } from './context.ts';
import { picturesDone } from './progress-detail.ts';
import { readIfPossible, readSamples } from './samples.ts';
import { orExportFailed } from './write-failure.ts';

/** Training pictures, spread evenly, on which ranges are measured: more of them change little. */
const calibrationPictures = 128;
/** Shares of all numbers that may lie outside of a range at each end. Which is best, the calibration pictures tell. */
const outsides = [0, 1e-5, 1e-4, 1e-3] as const;
/** Pictures that are in memory at once while the two models are compared. */
const judgedAtOnce = 32;

export interface Int8Export {
  out: string;
  exported: ExportedModel;
  plan: TrainPlan;
  originals: Originals;
  /** Of the float model; throws `exportDiffers`. */
  judge: (format: ModelFormat, file: Uint8Array) => Promise<Parity>;
  writeLabels: () => Promise<void>;
}

/**
 * Writes the quantised model, after the float one that it is made of was judged as in any export. Both are then run by
 * ONNX Runtime on the validation pictures. Throws as `runExport`, and `exportFailed` where no training picture is left to
 * measure ranges on.
 */
export async function exportInt8(
  { out, exported, plan, originals, judge, writeLabels }: Int8Export,
  context: TaskContext,
): Promise<Omit<TaskResults['export'], 'files'>> {
  const refuse = (reason: string): never => {
    throw new TesseraError('exportFailed', { path: out, reason });
  };
  const float = writeOnnx(exported, out);
  const parity = await judge('onnx', float);
  const learned = spread(plan, 'train', calibrationPictures);
  const pictures = await readSamples(originals, learned, plan.graph.input, context.signal);
  if (pictures.length === 0)
    refuse('no training picture of the run is left to measure the values of its layers on');
  const model = onnxModel(foldNorms(exported));
  const measured = await measureValues(model, pictures, plan, out, context);
  if (measured.broken !== null) {
    refuse(
      `its value ${measured.broken} is not finite on training pictures; a network like that cannot be quantised`,
    );
  }
  const { file, outside } = await bestOf(model, measured, pictures, plan, out, context);
  let quantisation!: Quantisation;
  const writing = writeFileAtomic(out, file, async (temporary) => {
    const judged = await compare([float, await readFile(temporary)], { plan, originals, path: out }, context);
    if (judged.images === 0)
      refuse('no labeled picture of the run is left to compare it with the float model on');
    const [floatRight, int8Right] = judged.right;
    quantisation = {
      split: judged.split,
      images: judged.images,
      float: { accuracy: floatRight / judged.images, bytes: float.length },
      int8: { accuracy: int8Right / judged.images, bytes: file.length },
      agreeing: judged.agreeing,
      calibration: { images: pictures.length, outside },
    };
    await writeLabels();
  });
  await orExportFailed(out, writing);
  return { path: out, bytes: file.length, parity, parts: [], quantisation };
}

/** The ranges whose model answers most as the float one does on the calibration pictures. */
async function bestOf(
  model: Parameters<typeof quantise>[0],
  measured: MeasuredValues,
  pictures: readonly Uint8Array[],
  plan: TrainPlan,
  path: string,
  context: TaskContext,
): Promise<{ file: Uint8Array; outside: number }> {
  let best: { file: Uint8Array; outside: number; error: number } | null = null;
  for (const [tried, outside] of outsides.entries()) {
    context.signal.throwIfAborted();
    context.progress(tried, outsides.length, `Trying ranges, ${tried + 1} of ${outsides.length}`);
    const file = encodeModel(quantise(model, measured.ranges(outside)));
    await using answering = await openWritten('onnx', file, path, plan);
    let error = 0;
    for (const [at, row] of (await allLogits(answering, pictures)).entries()) {
      row.forEach((value, place) => (error += (value - (measured.logits[at]?.[place] ?? NaN)) ** 2));
    }
    if (best === null || error < best.error) best = { file, outside, error };
  }
  if (best === null) throw new Error('no range was tried');
  return best;
}

async function allLogits(answering: Answering, pictures: readonly Uint8Array[]): Promise<Float32Array[]> {
  const rows: Float32Array[] = [];
  for (const places of batchesOf([...pictures.keys()], judgedAtOnce)) {
    const batch = places.map((place) => pictures[place] ?? new Uint8Array());
    rows.push(...(await answering.logits({ pictures: Buffer.concat(batch), count: batch.length })));
  }
  return rows;
}

interface Compared {
  split: 'val' | 'train';
  images: number;
  right: [number, number];
  agreeing: number;
}

/** Both files in the hands of ONNX Runtime on every validation picture of the run, or on training pictures where there is none. */
async function compare(
  files: readonly [Uint8Array, Uint8Array],
  { plan, originals, path }: { plan: TrainPlan; originals: Originals; path: string },
  { signal, progress }: TaskContext,
): Promise<Compared> {
  const isKept = plan.manifest.some(({ split }) => split === 'val');
  const split = isKept ? 'val' : 'train';
  const entries = spread(plan, split, isKept ? Infinity : 1000);
  await using float = await openWritten('onnx', files[0], path, plan);
  await using int8 = await openWritten('onnx', files[1], path, plan);
  const found: Compared = { split, images: 0, right: [0, 0], agreeing: 0 };
  for (const places of batchesOf([...entries.keys()], judgedAtOnce)) {
    signal.throwIfAborted();
    const batch = places.flatMap((place) => entries[place] ?? []);
    const tried = await Promise.all(
      batch.map(async (entry) => ({
        entry,
        pixels: await readIfPossible(originals, entry.hash, plan.graph.input),
      })),
    );
    const read = tried.flatMap(({ entry, pixels }) => (pixels === null ? [] : [{ entry, pixels }]));
    if (read.length === 0) continue;
    const pictures = { pictures: Buffer.concat(read.map(({ pixels }) => pixels)), count: read.length };
    const [ours, theirs] = [await float.logits(pictures), await int8.logits(pictures)];
    read.forEach(({ entry }, at) => {
      const [a, b] = [greatest(ours[at]), greatest(theirs[at])];
      if (a === entry.classIndex) found.right[0] += 1;
      if (b === entry.classIndex) found.right[1] += 1;
      if (a === b) found.agreeing += 1;
    });
    found.images += read.length;
    progress(
      found.images,
      entries.length,
      `Comparing with the float model, ${picturesDone(found.images, entries.length)}`,
    );
  }
  return found;
}

/** Place of the greatest number. */
function greatest(row: Float32Array = new Float32Array()): number {
  return row.reduce((best, value, place) => (value > (row[best] ?? -Infinity) ? place : best), 0);
}

/** At most so many pictures of a split, spread evenly over it. */
function spread({ manifest }: TrainPlan, split: ManifestEntry['split'], most: number): ManifestEntry[] {
  const own = manifest.filter((entry) => entry.split === split);
  const stride = Math.max(1, own.length / most);
  return Array.from({ length: Math.min(most, own.length) }, (_, at) => own[Math.floor(at * stride)]).filter(
    (entry) => entry !== undefined,
  );
}
