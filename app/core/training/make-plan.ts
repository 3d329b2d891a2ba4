import type { Graph, TrainSettings } from '../../contract/index.ts';
import { manifestHash, type Sha256 } from '../dataset/manifest.ts';
import { pretrainedNormalisation } from '../model/pretrained.ts';
import { centredNormalisation } from './normalisation.ts';
import { checkTrainable } from './trainable.ts';
import type { ManifestEntry, Normalisation, TrainPlan } from './plan.ts';

/** What is frozen when a run starts. */
export interface PlanInput {
  runId: string;
  settings: TrainSettings;
  graph: Graph;
  classes: readonly string[];
  /** Labeled pictures with a split, by id; entries may carry more, which is left out of the plan. */
  entries: readonly ManifestEntry[];
  /** That of the run whose weights it begins with: they mean nothing under another. */
  normalisation?: Normalisation;
}

/** A run's plan. Throws `tooFewPictures`. */
export function makePlan(
  { runId, settings, graph, classes, entries, normalisation }: PlanInput,
  sha256: Sha256,
): TrainPlan {
  checkTrainable(classes, entries);
  const manifest = entries.map(({ imageId, hash, classIndex, split }) => ({
    imageId,
    hash,
    classIndex,
    split,
  }));
  return {
    version: 1,
    runId,
    settings,
    graph,
    classes: [...classes],
    normalisation:
      normalisation ??
      (settings.pretrained === undefined ? centredNormalisation : pretrainedNormalisation)(
        graph.input.channels,
      ),
    manifest,
    dataHash: manifestHash(classes, manifest, sha256),
  };
}
