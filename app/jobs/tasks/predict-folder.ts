import { reportError } from '../../contract/index.ts';
import { argmax } from '../../core/evaluation/softmax.ts';
import type { PredictInput, Task, TaskResults } from '../../core/tasks.ts';
import { batchesOf } from '../../core/training/batches.ts';
import { writeFileAtomic } from '../../storage/files.ts';
import { readPicture } from '../pictures.ts';
import type { TaskContext } from './context.ts';
import { csvPath, csvRow } from './csv.ts';
import { folderPictures } from './folder-pictures.ts';
import { inferenceBatch, scoresOf } from './inference.ts';
import { picturesDone } from './progress-detail.ts';
import { warmNetwork } from './warm-network.ts';
import { orExportFailed } from './write-failure.ts';

/**
 * Every picture below folders through the run's best network → CSV: `file,label,confidence`, a column with the score of
 * each class, and `problem`, which says why a file could not be read. `images` counts those that could. Throws
 * `fileNotFound`, `fileUnreadable` and `exportFailed`.
 */
export async function runPredictFolder(
  { projectPath, runId, paths, out }: Extract<Task, { kind: 'predictFolder' }>,
  { signal, progress }: TaskContext,
): Promise<TaskResults['predictFolder']> {
  const { plan, network } = await warmNetwork(projectPath, runId);
  const inputs = await folderPictures(paths);
  const rows = [csvRow(['file', 'label', 'confidence', ...plan.classes, 'problem'])];
  let images = 0;
  for (const places of batchesOf([...inputs.keys()], inferenceBatch)) {
    signal.throwIfAborted();
    const batch = places.map((place) => inputs[place] as PredictInput);
    const read = await Promise.all(batch.map((input) => tryToRead(input, plan.graph.input)));
    const pictures = read.map(({ pixels }) => pixels).filter((pixels) => pixels !== null);
    const scores = (await scoresOf(network, pictures)).values();
    images += pictures.length;
    read.forEach(({ pixels, problem }, index) => {
      const { name } = batch[index] as PredictInput;
      const answer = pixels === null ? null : (scores.next().value ?? null);
      rows.push(csvRow([csvPath(name), ...answerCells(answer, plan.classes), problem]));
    });
    const done = rows.length - 1;
    progress(done, inputs.length, picturesDone(done, inputs.length));
  }
  await orExportFailed(out, writeFileAtomic(out, rows.join('')));
  return { images, path: out };
}

type Reading = { pixels: Uint8Array; problem: '' } | { pixels: null; problem: string };

async function tryToRead(
  { path, name }: PredictInput,
  input: Parameters<typeof readPicture>[1],
): Promise<Reading> {
  try {
    return { pixels: await readPicture(path, input, name), problem: '' };
  } catch (error) {
    return { pixels: null, problem: reportError(error).message };
  }
}

function answerCells(scores: number[] | null, classes: readonly string[]): string[] {
  if (scores === null) return ['', '', ...classes.map(() => '')];
  const best = argmax(scores);
  return [classes[best] ?? '', ...[scores[best] ?? 0, ...scores].map((score) => score.toFixed(6))];
}
