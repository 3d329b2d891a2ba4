import type { Task, TaskResults } from '../../core/tasks.ts';
import { train } from '../../core/training/loop.ts';
import { isStalled } from '../../core/training/stopping.ts';
import { readPlan } from '../plan-file.ts';
import type { TaskContext } from './context.ts';
import { trainHead } from './train-head.ts';
import { lengthOf } from './training-options.ts';
import { Trainer } from './trainer.ts';
import { TrainingPictures } from './training-pictures.ts';

/**
 * Trains a run to its last epoch, or to the one that it is to halt after: from the beginning, or with `resume` from its last checkpoint (from the beginning too
 * where it never saved one). Throws what `loop.train` throws, `pictureUnreadable`, `fileMalformed` for a damaged
 * plan or checkpoint, and `projectNotWritable`.
 */
export async function runTrain(
  task: Extract<Task, { kind: 'train' }>,
  context: TaskContext,
): Promise<TaskResults['train']> {
  const { projectPath, runId, resume, until } = task;
  const plan = await readPlan(projectPath, runId);
  if (plan.settings.pretrained === 'head') return trainHead(task, plan, context);
  await using pictures = await TrainingPictures.open(task, plan, context);
  using trainer = new Trainer(projectPath, plan, pictures, context);
  const begin = await trainer.begin(resume);
  const length = { ...lengthOf(plan), ...(until !== undefined && { until }) };
  const end = await train(length, trainer, begin, context.signal, context.pausing);
  const result = {
    bestEpoch: end.best?.epoch ?? end.epoch,
    bestValAccuracy: end.best?.valAccuracy ?? null,
    seconds: end.seconds,
  };
  const isAtEnd = end.epoch >= length.epochs || isStalled(length.patience, end.epoch, end.best);
  // Nothing is chosen by the test pictures: only who has come to the end meets them.
  const ending = isAtEnd
    ? { weightHash: await trainer.weightHash(), testAccuracy: await trainer.testBest() }
    : { testAccuracy: null, isHalted: true as const };
  await trainer.fitTemperature();
  return { ...result, ...ending };
}
