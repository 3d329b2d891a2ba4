import { TesseraError, type Run } from '../contract/index.ts';
import type { ProjectStore } from './ports.ts';

/** A run that can answer. Throws `runNotFound` and `runHasNoCheckpoint`. */
export function trainedRun(store: ProjectStore, runId: string): Run {
  const run = store.run(runId);
  if (!run.hasCheckpoint) throw new TesseraError('runHasNoCheckpoint', { run: run.name });
  return run;
}
