import { ValueMeter, type ValueRange } from '../../core/quantisation/value-range.ts';
import { batchesOf } from '../../core/training/batches.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import { encodeModel } from '../../formats/onnx/codec.ts';
import { givingValues, quantisedValues } from '../../formats/onnx/int8/values.ts';
import type { ModelProto } from '../../formats/onnx/schema.ts';
import { images, logits } from '../../formats/onnx/write.ts';
import { openSession } from './answering.ts';
import type { TaskContext } from './context.ts';
import { picturesDone } from './progress-detail.ts';

/** Pictures of which all values are in memory at once. */
const atOnce = 4;

export interface MeasuredValues {
  /** By the names of the values. `outside`: the share of all numbers that may lie outside at each end. */
  ranges(outside: number): Map<string, ValueRange>;
  /** The float model's answers, one row for each picture. */
  logits: Float32Array[];
  /** A value that was not a number or not finite somewhere; null where all were. */
  broken: string | null;
}

/**
 * Runs a float model of ours on pictures, uint8 [H, W, C] each, and measures every value that would be quantised. `path` is
 * only named in errors. Throws `exportFailed` where ONNX Runtime cannot run it.
 */
export async function measureValues(
  model: ModelProto,
  pictures: readonly Uint8Array[],
  { graph: { input }, settings }: TrainPlan,
  path: string,
  { signal, progress }: TaskContext,
): Promise<MeasuredValues> {
  const meters = new Map(quantisedValues(model).map((name) => [name, new ValueMeter()]));
  const names = [...meters.keys()];
  const file = encodeModel(givingValues(model, [...names, logits]));
  await using session = await openSession(file, path, settings.threads);
  const rows: Float32Array[] = [];
  for (const places of batchesOf([...pictures.keys()], atOnce)) {
    signal.throwIfAborted();
    const batch = places.map((place) => pictures[place] ?? new Uint8Array());
    const shape = [batch.length, input.height, input.width, input.channels];
    const data = Buffer.concat(batch);
    const values = await session.values({ name: images, data, shape }, [...names, logits]);
    for (const [name, meter] of meters) meter.add(values.get(name) ?? new Float32Array());
    const answers = values.get(logits) ?? new Float32Array();
    const length = answers.length / batch.length;
    batch.forEach((_, row) => rows.push(answers.slice(row * length, (row + 1) * length)));
    progress(rows.length, pictures.length, `Measuring values, ${picturesDone(rows.length, pictures.length)}`);
  }
  const broken = [...meters].find(([, meter]) => !meter.isFinite)?.[0] ?? null;
  return {
    ranges: (outside) => new Map([...meters].map(([name, meter]) => [name, meter.range(outside)])),
    logits: rows,
    broken,
  };
}
