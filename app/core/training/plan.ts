import type { Graph, Split, TrainSettings } from '../../contract/index.ts';

/** One picture of a frozen data set. `classIndex` is its place in `TrainPlan.classes`. */
export interface ManifestEntry {
  imageId: number;
  /** SHA-256 of the original's bytes, in hex; its file is `images/<first two>/<hash>`. */
  hash: string;
  classIndex: number;
  split: Split;
}

/** value → (value/255 − mean) / std, one mean and std per channel. Lives in the plan, the checkpoint and every export. */
export interface Normalisation {
  mean: number[];
  std: number[];
}

/** Everything that decides a run, frozen before the first step and written as `runs/<id>/plan.json`. */
export interface TrainPlan {
  version: 1;
  runId: string;
  settings: TrainSettings;
  graph: Graph;
  /** Class names in the order of the logits. */
  classes: string[];
  normalisation: Normalisation;
  manifest: ManifestEntry[];
  /** SHA-256 over the manifest and the class names, in hex. */
  dataHash: string;
}
