import type { Task, TaskResults } from '../../core/tasks.ts';
import { train } from '../../core/training/loop.ts';
import { readPlan } from '../plan-file.ts';
import type { TaskContext } from './context.ts';
import { trainHead } from './train-head.ts';
import { lengthOf } from './training-options.ts';
import { Trainer } from './trainer.ts';
import { TrainingPictures } from './training-pictures.ts';

/**
 * Trains a run to its last epoch: from the beginning, or with `resume` from its last checkpoint (from the beginning too
 * where it never saved one). Throws what `loop.train` throws, `pictureUnreadable`, `fileMalformed` for a damaged
 * plan or checkpoint, and `projectNotWritable`.
 */
export async function runTrain(
  task: Extract<Task, { kind: 'train' }>,
  context: TaskContext,
): Promise<TaskResults['train']> {
  const { projectPath, runId, resume } = task;
  const plan = await readPlan(projectPath, runId);
  if (plan.settings.pretrained === 'head') return trainHead(task, plan, context);
  await using pictures = await TrainingPictures.open(task, plan, context);
  using trainer = new Trainer(projectPath, plan, pictures, context);
  const begin = await trainer.begin(resume);
  const end = await train(lengthOf(plan), trainer, begin, context.signal, context.pausing);
  const weightHash = await trainer.weightHash();
  const testAccuracy = await trainer.testBest();
  return {
    bestEpoch: end.best?.epoch ?? end.epoch,
    bestValAccuracy: end.best?.valAccuracy ?? null,
    testAccuracy,
    seconds: end.seconds,
    weightHash,
  };
}
