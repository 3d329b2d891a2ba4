import { stat } from 'node:fs/promises';
import type { Graph } from '../../../contract/index.ts';
import type { Task } from '../../../core/tasks.ts';
import { scoresOf } from '../inference.ts';
import { warmFile } from '../model-file.ts';
import { warmNetwork } from '../warm-network.ts';

type ModelPlace = Extract<Task, { kind: 'predictFolder' }>['model'];

/** Who is asked about a folder. */
export interface AskedModel {
  /** In the order of the scores. */
  classes: readonly string[];
  input: Graph['input'];
  /** Changes with the weights: answers of two identities do not belong together. */
  identity: string;
  /** For pictures, uint8 [H, W, C], the probabilities of the classes; at most `inferenceBatch`. */
  scores(pictures: readonly Uint8Array[]): Promise<readonly ArrayLike<number>[]>;
}

/** A run's best network, or a model file. Throws what `warmNetwork` and `runPredictWithFile` throw. */
export async function askedModel(place: ModelPlace): Promise<AskedModel> {
  if ('runId' in place) {
    const { key, plan, network } = await warmNetwork(place.projectPath, place.runId);
    const { classes, graph } = plan;
    return {
      classes,
      input: graph.input,
      identity: key,
      scores: (pictures) => scoresOf(network, pictures),
    };
  }
  const { labels, input, scores } = await warmFile(place.path);
  const { size, mtimeMs } = await stat(place.path);
  return { classes: labels, input, identity: `${place.path} ${size} ${mtimeMs}`, scores };
}
