import type { Run } from '../contract/index.ts';
import type { TrainPlan } from '../core/training/plan.ts';
import type { ProjectStore } from './ports.ts';
import { newRunName } from './run-names.ts';

/** The row of a plan that waits to be trained, with a name that no other run of the project has. */
export function newRun(
  store: ProjectStore,
  { runId, settings, graph, classes, dataHash }: TrainPlan,
  parameters: number,
): Run {
  return {
    id: runId,
    name: newRunName(store.runs().map(({ name }) => name)),
    model: graph.name,
    status: 'queued',
    settings,
    graph,
    classes,
    parameters,
    createdAt: Date.now(),
    endedAt: null,
    epoch: 0,
    bestEpoch: null,
    bestValAccuracy: null,
    testAccuracy: null,
    imagesPerSecond: null,
    seconds: null,
    dataHash,
    hasCheckpoint: false,
    error: null,
  };
}
