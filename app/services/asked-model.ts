import { resolve } from 'node:path';
import type { Prediction } from '../contract/index.ts';
import type { ModelSignature, SentPicture } from '../core/tasks.ts';
import type { Tools } from './tools.ts';
import { trainedRun } from './trained-run.ts';

export type { ModelSignature, SentPicture };

/** Where a model lies: a run of an open project, or a file that was exported. */
export type ModelPlace = { projectId: string; runId: string } | { path: string };

/** A model that is asked again and again about pictures that lie in no file: what a prediction server needs. */
export interface AskedModel extends ModelSignature {
  /**
   * One answer for each picture, in their order. Rejects with `pictureUnreadable` with the name of the first that is none,
   * and as tasks do.
   */
  predict(pictures: readonly SentPicture[]): Promise<Prediction[]>;
}

export type AskModel = (place: ModelPlace) => Promise<AskedModel>;

/** Throws `runNotFound`, `runHasNoCheckpoint`, `fileNotFound`, and `fileMalformed` for a file that is no such model. */
export function askedModels({ projects, runner }: Pick<Tools, 'projects' | 'runner'>): AskModel {
  return async (place) => {
    if ('path' in place) {
      const model = resolve(place.path);
      return {
        ...(await runner.run({ kind: 'describeFile', model }).result),
        predict: (inputs) => runner.run({ kind: 'predictWithFile', model, inputs: [...inputs] }).result,
      };
    }
    const { projectId, runId } = place;
    const store = projects.store(projectId);
    const run = trainedRun(store, runId);
    return {
      name: run.name,
      classes: run.classes,
      input: run.graph.input,
      predict: (inputs) =>
        runner.run({ kind: 'predict', projectPath: store.path, runId, inputs: [...inputs] }).result,
    };
  };
}
