import type { Graph, TrainSettings } from '../../contract/index.ts';
import type { Normalisation } from '../../core/training/plan.ts';
import { Network } from '../../engine/index.ts';
import type { NetworkApi, Tensor } from '../../engine/types.ts';
import { inferenceBatch } from './inference.ts';

export interface NetworkParts {
  graph: Graph;
  normalisation: Normalisation;
  /** The parameters by name, `conv1.weight`. */
  tensors: Readonly<Record<string, Tensor>>;
}

/** A network with these parameters that answers but does not learn; the caller disposes it. */
export async function trainedNetwork(
  { graph, normalisation, tensors }: NetworkParts,
  { seed, threads }: Pick<TrainSettings, 'seed' | 'threads'>,
  maxBatch = inferenceBatch,
): Promise<NetworkApi> {
  const network = Network.compile(graph, { seed, threads, maxBatch, normalisation, training: false });
  try {
    await network.writeParameters(tensors);
  } catch (error) {
    network.dispose();
    throw error;
  }
  return network;
}
