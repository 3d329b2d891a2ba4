import type { Prediction } from '../../contract/index.ts';
import { argmax } from '../../core/evaluation/softmax.ts';
import type { GivenPicture, StoredPicture, Task, TaskResults } from '../../core/tasks.ts';
import { batchesOf } from '../../core/training/batches.ts';
import { readProjectPicture } from '../originals.ts';
import { readGivenPicture } from '../pictures.ts';
import type { TaskContext } from './context.ts';
import { inferenceBatch, scoresOf } from './inference.ts';
import { warmNetwork } from './warm-network.ts';

/** The run's best network, asked about pictures. Throws `fileNotFound` and `pictureUnreadable` with the picture's name. */
export async function runPredict(
  task: Extract<Task, { kind: 'predict' }>,
  { signal }: TaskContext,
): Promise<TaskResults['predict']> {
  const { projectPath, runId, inputs } = task;
  const { plan, network } = await warmNetwork(projectPath, runId);
  const { input } = plan.graph;
  const read = (picture: GivenPicture | StoredPicture): Promise<Uint8Array> =>
    'hash' in picture ? readProjectPicture(task, picture.hash, input) : readGivenPicture(picture, input);
  const predictions: Prediction[] = [];
  for (const places of batchesOf([...inputs.keys()], inferenceBatch)) {
    signal.throwIfAborted();
    const batch = places.map((place) => inputs[place] as GivenPicture | StoredPicture);
    const pictures = await Promise.all(batch.map(read));
    const scores = await scoresOf(network, pictures);
    batch.forEach(({ name }, index) => {
      predictions.push(toPrediction(name, scores[index] as number[], plan.classes));
    });
  }
  return predictions;
}

export function toPrediction(
  input: string,
  scores: ArrayLike<number>,
  classes: readonly string[],
): Prediction {
  const best = argmax(scores);
  return {
    input,
    label: classes[best] as string,
    confidence: scores[best] as number,
    scores: classes.map((name, index) => ({ name, score: scores[index] as number })),
  };
}
