import type { Run } from '../../../app/contract/index.ts';

/** A setting in which runs differ: its path, `schedule.kind`, and its value in each of them; undefined where it is left out. */
export interface SettingDifference {
  path: string;
  values: readonly unknown[];
}

/**
 * The settings that are not the same in all runs, in the order of the first that has them. Objects are compared field by
 * field, lists and the layers of a network whole. `data` is the fingerprint of what a run was trained on.
 */
export function settingDifferences(
  runs: readonly Pick<Run, 'settings' | 'model' | 'dataHash'>[],
): SettingDifference[] {
  const flat = runs.map(settingsOf);
  const paths = [...new Set(flat.flatMap((settings) => [...settings.keys()]))];
  return paths
    .map((path) => ({ path, values: flat.map((settings) => settings.get(path)) }))
    .filter(({ values }) => new Set(values.map((value) => JSON.stringify(value))).size > 1);
}

/** The settings of a run by their paths; those that are left out are not there. */
export function settingsOf({
  settings: { model, ...settings },
  model: name,
  dataHash,
}: Pick<Run, 'settings' | 'model' | 'dataHash'>): Map<string, unknown> {
  const layers = model.kind === 'architecture' ? {} : { layers: JSON.stringify(model) };
  return new Map([...leaves({ model: name, ...layers, ...settings, data: dataHash }, '')]);
}

function* leaves(value: object, prefix: string): Generator<[path: string, value: unknown]> {
  for (const [key, part] of Object.entries(value) as [string, unknown][]) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (typeof part === 'object' && part !== null && !Array.isArray(part)) yield* leaves(part, path);
    else if (part !== undefined) yield [path, part];
  }
}
