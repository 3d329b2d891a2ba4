import { judge } from '../../core/evaluation/judge.ts';
import type { Suggestion, Task, TaskResults } from '../../core/tasks.ts';
import { batchesOf } from '../../core/training/batches.ts';
import { readProjectPicture } from '../originals.ts';
import type { TaskContext } from './context.ts';
import { inferenceBatch, logitsOf } from './inference.ts';
import { picturesDone } from './progress-detail.ts';
import { loadTrainedModel } from './trained-model.ts';

/** Suggestions go up to the store in portions of about so many. */
const portion = 2048;

/** Lets a run's best network look at pictures, with a label or without. One that cannot be read is passed over. */
export async function runSuggest(
  task: Extract<Task, { kind: 'suggest' }>,
  context: TaskContext,
): Promise<TaskResults['suggest']> {
  const { projectPath, runId, pictures } = task;
  const model = await loadTrainedModel(projectPath, runId);
  using network = await model.network();
  const { input } = model.plan.graph;
  const size = input.height * input.width * input.channels;
  const pixels = new Uint8Array(inferenceBatch * size);
  let waiting: Suggestion[] = [];
  let done = 0;
  let images = 0;
  for (const places of batchesOf([...pictures.keys()], inferenceBatch)) {
    context.signal.throwIfAborted();
    const batch = places.map((place) => pictures[place]).filter((picture) => picture !== undefined);
    const read = await Promise.all(
      batch.map(async (picture) => ({
        ...picture,
        pixels: await readProjectPicture(task, picture.hash, input).catch(() => null),
      })),
    );
    const readable = read.filter((picture) => picture.pixels !== null);
    readable.forEach((picture, at) => pixels.set(picture.pixels as Uint8Array, at * size));
    if (readable.length > 0) {
      const logits = await logitsOf(network, {
        pictures: pixels.subarray(0, readable.length * size),
        count: readable.length,
      });
      readable.forEach(({ imageId, classIndex }, at) => {
        const { predicted, confidence, loss } = judge({
          imageId,
          name: '',
          truth: classIndex ?? 0,
          logits: logits[at] as Float32Array,
        });
        waiting.push({ imageId, predicted, confidence, loss: classIndex === null ? null : loss });
      });
      images += readable.length;
    }
    done += batch.length;
    if (waiting.length >= portion) {
      context.suggestions(waiting);
      waiting = [];
    }
    context.progress(done, pictures.length, picturesDone(done, pictures.length));
  }
  if (waiting.length > 0) context.suggestions(waiting);
  return { images };
}
