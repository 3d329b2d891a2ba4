import { TesseraError } from '../contract/index.ts';
import type { Tools } from './tools.ts';
import { trainedRun } from './trained-run.ts';

/**
 * Lets a run look at every picture of its project, but for a locked test set: what it takes those without a label for is a
 * suggestion, and how sure it is tells which labels teach most. Gives the job. Throws what `trainedRun` throws.
 */
export function startSuggestions({ projects, hub, board }: Tools, projectId: string, runId: string): string {
  const store = projects.store(projectId);
  const run = trainedRun(store, runId);
  const names = new Map(store.classes().map(({ id, name }) => [id, name] as const));
  const pictures = store
    .pictureContents({ skipTest: store.testLocked() })
    .map(({ imageId, hash, classId }) => ({
      imageId,
      hash,
      classIndex: classId === null ? null : placeOf(run.classes, names.get(classId)),
    }));
  if (pictures.length === 0) {
    throw new TesseraError('invalidInput', { what: 'The project', reason: 'it has no pictures' });
  }
  const { id } = board.start({
    kind: 'suggest',
    projectId,
    runId,
    title: run.name,
    task: { kind: 'suggest', projectPath: store.path, runId, pictures },
    listener: {
      onSuggestions(suggestions) {
        store.savePredictions(runId, run.classes, suggestions);
        hub.publish({ type: 'dataset', projectId });
      },
    },
    onDone: ({ images }) => ({ kind: 'suggest', runId, images }),
  });
  return id;
}

function placeOf(classes: readonly string[], name: string | undefined): number | null {
  const place = name === undefined ? -1 : classes.indexOf(name);
  return place === -1 ? null : place;
}
