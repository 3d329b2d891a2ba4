import type { Graph } from '../contract/index.ts';
import type { Normalisation } from '../core/training/plan.ts';
import type { FloatTensor } from './safetensors.ts';

/** A trained network with everything that another program needs to get the same answers. */
export interface ExportedModel {
  graph: Graph;
  /** By the parameters' names, `conv1.weight`; shapes as in PyTorch. */
  tensors: Readonly<Record<string, FloatTensor>>;
  /** Class names in the order of the logits. */
  classes: readonly string[];
  normalisation: Normalisation;
  origin: Origin;
}

/** Where a model comes from: enough to find the run and the data again. */
export interface Origin {
  runId: string;
  /** SHA-256 of the data set that it was trained with, in hex. */
  dataHash: string;
  /** Of the Tessera that wrote the file. */
  version: string;
}
