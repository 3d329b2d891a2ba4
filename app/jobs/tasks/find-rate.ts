import type { Task, TaskResults } from '../../core/tasks.ts';
import { epochOrder } from '../../core/training/batches.ts';
import { RateSearch, searchedRates } from '../../core/training/rate-search.ts';
import type { StepTold } from '../../core/training/loop.ts';
import type { TaskContext } from './context.ts';
import { Trainer } from './trainer.ts';
import { TrainingPictures } from './training-pictures.ts';

/** Thrown out of the steps when greater rates have nothing more to tell. */
class Enough extends Error {}

/**
 * Makes some steps of a plan with a learning rate that rises, and gives what the loss did. Nothing is kept of the network.
 * Throws what `runTrain` throws.
 */
export async function runFindRate(
  task: Extract<Task, { kind: 'findRate' }>,
  context: TaskContext,
): Promise<TaskResults['findRate']> {
  const { projectPath, plan } = task;
  // Shares of 1 are the rates themselves.
  const settings = { ...plan.settings, learningRate: 1 };
  await using pictures = await TrainingPictures.open(task, plan, context);
  using trainer = new Trainer(projectPath, { ...plan, settings }, pictures, context);
  await trainer.begin(false);
  const count = pictures.count('train');
  const batchSize = Math.min(settings.batchSize, count);
  const rateShares = searchedRates();
  const wanted = rateShares.length * batchSize;
  const epochs = Array.from({ length: Math.ceil(wanted / count) }, (_, epoch) => epoch);
  const places = epochs.flatMap((epoch) => epochOrder(count, settings.seed, epoch)).slice(0, wanted);
  const search = new RateSearch();
  let done = 0;
  const told = (steps: readonly StepTold[]): void => {
    for (const { loss } of steps) {
      if (!search.add(rateShares[done] ?? 0, loss)) throw new Enough();
      done++;
    }
    context.progress(done, rateShares.length, `Trying learning rates, ${done} of ${rateShares.length}`);
  };
  const trying = trainer.steps({ epoch: 0, places, batchSize, first: 0, rateShares }, told, context.signal);
  await trying.catch((thrown: unknown) => {
    if (!(thrown instanceof Enough)) throw thrown;
  });
  return { points: search.points, suggested: search.suggested };
}
