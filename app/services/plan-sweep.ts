import { TesseraError, type Sweep, type SweepForecast, type SweepSpec } from '../contract/index.ts';
import { checkGraph } from '../core/model/describe.ts';
import { checkSpace } from '../core/sweep/check-space.ts';
import { chooseTrials } from '../core/sweep/choose-trials.ts';
import { begunWithin, epochsOf, secondsOf } from '../core/sweep/effort.ts';
import type { SweepRecord } from '../core/sweep/record.ts';
import { rungsOf } from '../core/sweep/rungs.ts';
import { trialSettings } from '../core/sweep/trial-settings.ts';
import { checkSettings } from '../core/training/check-settings.ts';
import { Foretelling } from './foretelling.ts';
import { freezePictures, networkOf, planRun } from './plan-run.ts';
import type { ProjectStore } from './ports.ts';
import { newRunId } from './run-names.ts';
import type { Tools } from './tools.ts';

/** A sweep that fits together, with nothing of it begun. Throws what does not, and at which trial. */
export function planSweep(store: ProjectStore, spec: SweepSpec): SweepRecord {
  checkSpace(spec);
  const pictures = freezePictures(store);
  if (!pictures.entries.some(({ split }) => split === 'val')) {
    const reason = 'without validation pictures nothing tells which trial is the best; assign splits first';
    throw new TesseraError('invalidInput', { what: 'A sweep', reason });
  }
  const chosen = chooseTrials(spec.space, spec.method);
  const target = { channels: store.channels(), classes: pictures.classes.length };
  const settings = chosen.map((values) => trialSettings(spec.settings, values, target));
  // The pictures are the same for all; the networks are not.
  const { plan } = planRun(store, settings[0] ?? spec.settings, pictures);
  for (const each of settings) {
    if (each.pretrained !== undefined) continue;
    const { graph, target: sized } = networkOf(store, each, pictures.classes.length);
    checkGraph(graph, sized);
    checkSettings(each, graph, pictures.entries);
  }
  const [lowest] = rungsOf(spec.method, spec.settings.epochs, chosen.length);
  const until = lowest?.epochs ?? spec.settings.epochs;
  return {
    id: newRunId(),
    name: newSweepName(store.sweeps().map(({ name }) => name)),
    createdAt: Date.now(),
    spec,
    dataHash: plan.dataHash,
    wish: 'go',
    trials: chosen.map((values, at) => ({
      number: at + 1,
      values,
      runId: null,
      epoch: 0,
      until,
      score: null,
      over: null,
      seconds: 0,
      error: null,
    })),
  };
}

/** What a sweep comes to before it begins. Throws what `planSweep` throws. */
export async function forecastSweep(
  { projects, speeds }: Tools,
  projectId: string,
  spec: SweepSpec,
): Promise<SweepForecast> {
  const store = projects.store(projectId);
  const { trials } = planSweep(store, spec);
  const rungs = rungsOf(spec.method, spec.settings.epochs, trials.length);
  const known = { trials: trials.length, epochs: epochsOf(rungs), rungs };
  const measured = await speeds.read(spec.settings.threads);
  const target = { channels: store.channels(), classes: store.manifest().classes.length };
  const foretelling = measured === null ? null : new Foretelling(store, measured);
  const each = trials.flatMap(({ values }) => {
    const found = foretelling?.of(trialSettings(spec.settings, values, target)) ?? null;
    return found === null ? [] : [found];
  });
  if (each.length < trials.length) return { ...known, seconds: null, diskBytes: null, withinMinutes: null };
  return {
    ...known,
    seconds: secondsOf(rungs, each),
    diskBytes: each.reduce((sum, { diskBytes }) => sum + diskBytes, 0),
    withinMinutes: spec.minutes === null ? null : begunWithin(spec.minutes * 60, rungs, each),
  };
}

/** `sweep-3`: one more than the greatest number that there is. */
function newSweepName(existing: readonly Sweep['name'][]): string {
  const numbers = existing.map((name) => Number(/^sweep-(\d{1,6})$/.exec(name)?.[1] ?? 0));
  return `sweep-${Math.max(0, ...numbers) + 1}`;
}
