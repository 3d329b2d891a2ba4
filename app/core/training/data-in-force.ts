import type { LabelChanges } from '../../contract/index.ts';
import { manifestHash, type Sha256 } from '../dataset/manifest.ts';
import type { ManifestEntry, TrainPlan } from './plan.ts';

/**
 * What a run goes by from some epoch on, where labels were changed since it began: in how far it is not what its plan says.
 * Part of every checkpoint, so that a run is resumed with the labels that it had.
 */
export interface DataInForce {
  /** Of the manifest as it is in force, in hex; see `manifestHash`. */
  dataHash: string;
  /** By place in the plan's manifest, ascending: another class, or null for one that is left out. */
  changes: [place: number, classIndex: number | null][];
}

/** What a run is told when it asks for the data of an epoch. */
export interface DataOfEpoch {
  /** null: as its plan has it. */
  data: DataInForce | null;
  /** Why labels that were changed are not taken up. */
  refused: string | null;
}

type Frozen = Pick<TrainPlan, 'classes' | 'manifest'>;

/**
 * How the labels of now differ from a plan's. Pictures that are not labeled any more, or with a class that the run has no
 * output for, are left out; so are those that were moved to another split, as learning from some and judging by others must
 * stay apart. Pictures that the plan does not know wait for the next run.
 */
export function changesSince(
  { classes, manifest }: Frozen,
  now: { classes: readonly string[]; entries: readonly ManifestEntry[] },
): DataInForce['changes'] {
  const ownIndex = now.classes.map((name) => classes.indexOf(name));
  const current = new Map(now.entries.map((entry) => [entry.imageId, entry]));
  return manifest.flatMap(({ imageId, hash, classIndex, split }, place): DataInForce['changes'] => {
    const found = current.get(imageId);
    const own = found?.hash === hash && found.split === split ? (ownIndex[found.classIndex] ?? -1) : -1;
    if (own === classIndex) return [];
    return [[place, own === -1 ? null : own]];
  });
}

/** The class of every picture of the plan, -1 where it is left out. */
export function classesInForce({ manifest }: Frozen, data: DataInForce | null): Int32Array {
  const classOf = Int32Array.from(manifest, ({ classIndex }) => classIndex);
  for (const [place, classIndex] of data?.changes ?? []) classOf[place] = classIndex ?? -1;
  return classOf;
}

/** The plan's manifest without what is left out, and with the classes that are in force. */
export function manifestInForce(plan: Frozen, data: DataInForce | null): ManifestEntry[] {
  const classOf = classesInForce(plan, data);
  return plan.manifest.flatMap((entry, place) => {
    const classIndex = classOf[place] ?? -1;
    return classIndex === -1 ? [] : [{ ...entry, classIndex }];
  });
}

/** The same under the hash of what is in force. */
export function dataInForce(plan: Frozen, changes: DataInForce['changes'], sha256: Sha256): DataInForce {
  const manifest = manifestInForce(plan, { dataHash: '', changes });
  return { dataHash: manifestHash(plan.classes, manifest, sha256), changes };
}

/** What became of pictures between two stretches of a run. */
export function labelChangesBetween(
  plan: Frozen,
  before: DataInForce | null,
  after: DataInForce | null,
): LabelChanges {
  const [one, other] = [classesInForce(plan, before), classesInForce(plan, after)];
  const changes: LabelChanges = { relabeled: 0, leftOut: 0, takenBack: 0 };
  one.forEach((classIndex, place) => {
    const next = other[place] ?? -1;
    if (next === classIndex) return;
    if (next === -1) changes.leftOut++;
    else if (classIndex === -1) changes.takenBack++;
    else changes.relabeled++;
  });
  return changes;
}

/** Whether what the run is judged by is another set or has other labels. */
export function isJudgedAnew(plan: Frozen, before: DataInForce | null, after: DataInForce | null): boolean {
  const [one, other] = [classesInForce(plan, before), classesInForce(plan, after)];
  return plan.manifest.some(({ split }, place) => split === 'val' && one[place] !== other[place]);
}
