import { TesseraError, type Run } from '../contract/index.ts';
import { os } from './implementer.ts';
import type { Tools } from './tools.ts';
import { trainedRun } from './trained-run.ts';

/** How a run does on a split; computed by a job and kept. */
export function evaluationProcedures({ projects, board, hub }: Tools) {
  return {
    start: os.evaluation.start.handler(({ input: { projectId, runId, split, isFinal } }) => {
      const store = projects.store(projectId);
      const run = trainedRun(store, runId);
      if (split === 'test' && isFinal !== true && store.testLocked()) throw new TesseraError('finalOnly');
      const { classes, entries } = store.manifest();
      const classIndex = indexInRun(run, classes);
      const manifest = entries
        .filter((entry) => entry.split === split && classIndex[entry.classIndex] !== -1)
        .map((entry) => ({ ...entry, classIndex: classIndex[entry.classIndex] as number }));
      if (manifest.length === 0) {
        throw new TesseraError('invalidInput', {
          what: `The ${split} split`,
          reason: 'it has no labeled pictures',
        });
      }
      const { id } = board.start({
        kind: 'evaluate',
        projectId,
        runId,
        title: run.name,
        task: { kind: 'evaluate', projectPath: store.path, runId, manifest },
        onDone({ evaluation, images }) {
          store.saveEvaluation({ ...evaluation, runId, split }, images);
          store.savePredictions(runId, run.classes, images);
          hub.publish({ type: 'dataset', projectId });
          return { kind: 'evaluate', runId, split };
        },
      });
      return { jobId: id };
    }),

    get: os.evaluation.get.handler(({ input: { projectId, runId, split } }) =>
      projects.store(projectId).evaluation(runId, split),
    ),

    images: os.evaluation.images.handler(({ input }) => {
      const { projectId, runId, split, truth, predicted, mistakesOnly, offset, limit } = input;
      const cell = { truth, predicted, mistakesOnly };
      return projects.store(projectId).judgedImages(runId, split, cell, offset, limit);
    }),
  };
}

/**
 * For each class of the project its place in the run's logits: classes may have been added or put into another order
 * since. −1 for one that the run does not know.
 */
function indexInRun(run: Run, classes: readonly string[]): number[] {
  return classes.map((name) => run.classes.indexOf(name));
}
