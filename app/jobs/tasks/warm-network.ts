import { stat } from 'node:fs/promises';
import type { TrainPlan } from '../../core/training/plan.ts';
import type { NetworkApi } from '../../engine/types.ts';
import { checkpointFile, temperatureFile } from '../../storage/files.ts';
import { loadTrainedModel } from './trained-model.ts';

interface Warm {
  /** Changes with the weights. */
  key: string;
  plan: TrainPlan;
  network: NetworkApi;
}

/** A worker process keeps the network that it used last, so that the next picture does not wait for it. */
let kept: Warm | null = null;

/** The best network of a run, from the memory of this process where it is still the same. Not for the caller to dispose. */
export async function warmNetwork(projectPath: string, runId: string): Promise<Readonly<Warm>> {
  const key = await identity(projectPath, runId);
  if (kept?.key === key) return kept;
  kept?.network.dispose();
  kept = null;
  const model = await loadTrainedModel(projectPath, runId);
  kept = { key, plan: model.plan, network: await model.network() };
  return kept;
}

/** A file as it is now; null where there is none. */
async function versionOf(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found === null ? null : `${path} ${found.ino} ${found.mtimeNs}`;
}

/** Changes whenever a better checkpoint takes the place of the best one, and in the first epoch with every one. */
async function identity(projectPath: string, runId: string): Promise<string> {
  const softening = await versionOf(temperatureFile(projectPath, runId));
  for (const which of ['best', 'last'] as const) {
    const found = await versionOf(checkpointFile(projectPath, runId, which));
    if (found !== null) return `${found} ${softening}`;
  }
  // Where there is no file, `loadTrainedModel` says so.
  return `${projectPath} ${runId}`;
}
