import { judge, rankByLoss, summarise } from '../../core/evaluation/judge.ts';
import type { EvaluatedEntry, Task, TaskResults } from '../../core/tasks.ts';
import { batchesOf } from '../../core/training/batches.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import type { JudgedImage } from '../../contract/index.ts';
import { readProjectPicture, type Originals } from '../originals.ts';
import { cachedPixels, pixelsOf } from '../pixel-cache.ts';
import type { Pixels } from '../pixels.ts';
import type { TaskContext } from './context.ts';
import { inferenceBatch, logitsOf } from './inference.ts';
import { picturesDone } from './progress-detail.ts';
import { loadTrainedModel } from './trained-model.ts';

/** Judges the run's best network on labeled pictures; the greatest losses come first. */
export async function runEvaluate(
  task: Extract<Task, { kind: 'evaluate' }>,
  context: TaskContext,
): Promise<TaskResults['evaluate']> {
  const { projectPath, runId, manifest } = task;
  const model = await loadTrainedModel(projectPath, runId);
  const { plan } = model;
  const { pixels, rows } = await findPixels(task, plan, manifest, context);
  await using _open = pixels;
  using network = await model.network();
  const { height, width, channels } = plan.graph.input;
  const pictures = new Uint8Array(inferenceBatch * height * width * channels);
  const judged: JudgedImage[] = [];
  for (const places of batchesOf([...manifest.keys()], inferenceBatch)) {
    context.signal.throwIfAborted();
    await pixels.gather(
      places.map((place) => rows[place] as number),
      pictures,
    );
    const count = places.length;
    const input = { pictures: pictures.subarray(0, count * height * width * channels), count };
    const logits = await logitsOf(network, input);
    places.forEach((place, index) => {
      const { imageId, name, classIndex } = manifest[place] as EvaluatedEntry;
      judged.push(judge({ imageId, name, truth: classIndex, logits: logits[index] as Float32Array }));
    });
    context.progress(judged.length, manifest.length, picturesDone(judged.length, manifest.length));
  }
  const { temperature } = model;
  return { evaluation: { ...summarise(judged, plan.classes), temperature }, images: rankByLoss(judged) };
}

/** Pixels that hold the pictures, and each one's row: those that the run trained with where they hold them all. */
async function findPixels(
  originals: Originals,
  plan: TrainPlan,
  manifest: readonly EvaluatedEntry[],
  { signal, progress }: TaskContext,
): Promise<{ pixels: Pixels; rows: number[] }> {
  const { input } = plan.graph;
  const { projectPath } = originals;
  const set = (hashes: string[]) => ({ projectPath, hashes, size: input.height, channels: input.channels });
  const trained = plan.manifest.map(({ hash }) => hash);
  const rowOf = new Map(trained.map((hash, row) => [hash, row]));
  const rows = manifest.map(({ hash }) => rowOf.get(hash) ?? -1);
  const cached = rows.includes(-1) ? null : await cachedPixels(set(trained));
  if (cached !== null) return { pixels: cached, rows };
  const pixels = await pixelsOf(
    set(manifest.map(({ hash }) => hash)),
    (hash) => readProjectPicture(originals, hash, input),
    {
      signal,
      progress: (done, total) => progress(done, total, `Reading pictures, ${picturesDone(done, total)}`),
    },
  );
  return { pixels, rows: [...manifest.keys()] };
}
