import type { Prediction } from '../../contract/index.ts';
import { argmax, softmax } from '../../core/evaluation/softmax.ts';
import type { PredictInput, Task, TaskResults } from '../../core/tasks.ts';
import { batchesOf } from '../../core/training/batches.ts';
import type { Network } from '../../engine/index.ts';
import { readPicture } from '../pictures.ts';
import type { TaskContext } from './context.ts';
import { inferenceBatch } from './trained-model.ts';
import { warmNetwork } from './warm-network.ts';

/** The run's best network, asked about pictures. Throws `fileNotFound` and `pictureUnreadable` with the picture's name. */
export async function runPredict(
  { projectPath, runId, inputs }: Extract<Task, { kind: 'predict' }>,
  { signal }: TaskContext,
): Promise<TaskResults['predict']> {
  const { plan, network } = await warmNetwork(projectPath, runId);
  const predictions: Prediction[] = [];
  for (const places of batchesOf([...inputs.keys()], inferenceBatch)) {
    signal.throwIfAborted();
    const batch = places.map((place) => inputs[place] as PredictInput);
    const pictures = await Promise.all(
      batch.map(({ path, name }) => readPicture(path, plan.graph.input, name)),
    );
    const scores = await scoresOf(network, pictures);
    batch.forEach(({ name }, index) => {
      predictions.push(toPrediction(name, scores[index] as number[], plan.classes));
    });
  }
  return predictions;
}

/** For each picture, uint8 [H, W, C], the probabilities of the classes. At most `inferenceBatch` pictures. */
export async function scoresOf(network: Network, pictures: readonly Uint8Array[]): Promise<number[][]> {
  if (pictures.length === 0) return [];
  const { data } = await network.forward({ pictures: Buffer.concat(pictures), count: pictures.length });
  return pictures.map((_, index) =>
    softmax(data.subarray(index * network.classes, (index + 1) * network.classes)),
  );
}

function toPrediction(input: string, scores: readonly number[], classes: readonly string[]): Prediction {
  const best = argmax(scores);
  return {
    input,
    label: classes[best] as string,
    confidence: scores[best] as number,
    scores: classes.map((name, index) => ({ name, score: scores[index] as number })),
  };
}
