import { createHash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import { TesseraError, type DatasetVersion, type Split, type VersionComparison } from '../contract/index.ts';
import { compareVersions, type VersionEntry } from '../core/dataset/compare-versions.ts';
import { manifestHash } from '../core/dataset/manifest.ts';
import type { ManifestEntry } from '../core/training/plan.ts';
import type { Database } from './database.ts';

/** What a run learned from; pictures are known by their ids. */
interface RunManifest {
  classes: string[];
  entries: ManifestEntry[];
}

interface Manifest {
  classes: string[];
  entries: (ManifestEntry & { name: string })[];
}

/** Pictures that a comparison names of each kind; the counts are of all. */
const named = 100;

const columns = 'id, name, created_at AS createdAt, hash, classes, train, val, test';
type VersionRow = Omit<DatasetVersion, 'classes'> & { classes: string };
const toVersion = ({ classes, ...row }: VersionRow): DatasetVersion => ({
  ...row,
  classes: JSON.parse(classes) as string[],
});

/** Frozen manifests; `manifest` gives what there is now. */
export function versions(database: Database, manifest: () => Manifest) {
  const get = (versionId: number): DatasetVersion => {
    const row = database.get<VersionRow>(`SELECT ${columns} FROM versions WHERE id = ?`, versionId);
    if (row === undefined) throw new TesseraError('versionNotFound', { version: versionId });
    return toVersion(row);
  };
  const entriesOf = (versionId: number): VersionEntry[] => {
    const row = database.get<{ entries: Uint8Array }>('SELECT entries FROM versions WHERE id = ?', versionId);
    if (row === undefined) throw new TesseraError('versionNotFound', { version: versionId });
    return JSON.parse(inflateSync(row.entries).toString('utf8')) as VersionEntry[];
  };
  const living = (imageIds: readonly number[]): number[] =>
    database
      .all<{ id: number }>(
        `SELECT images.id FROM json_each(?) AS wanted CROSS JOIN images ON images.id = wanted.value
         WHERE deleted = 0 ORDER BY wanted.key`,
        JSON.stringify(imageIds),
      )
      .map(({ id }) => id);
  const namesOf = (imageIds: readonly number[]): Map<number, string> =>
    new Map(
      database
        .all<{ id: number; name: string }>(
          `SELECT images.id, name FROM json_each(?) AS wanted CROSS JOIN images ON images.id = wanted.value`,
          JSON.stringify(imageIds),
        )
        .map(({ id, name }) => [id, name]),
    );
  const comparison = (from: readonly VersionEntry[], to: readonly VersionEntry[]): VersionComparison => {
    const { added, removed, relabeled, moved } = compareVersions(from, to);
    const idsOf = (pairs: readonly { after: VersionEntry }[]): number[] =>
      pairs.map((pair) => pair.after.imageId);
    return {
      added: {
        count: added.length,
        imageIds: added.map(({ imageId }) => imageId),
        names: added.slice(0, named).map((entry) => entry.name),
      },
      removed: {
        count: removed.length,
        imageIds: living(removed.map(({ imageId }) => imageId)),
        names: removed.slice(0, named).map((entry) => entry.name),
      },
      relabeled: {
        count: relabeled.length,
        imageIds: idsOf(relabeled),
        changes: relabeled.slice(0, named).map((pair) => ({
          name: pair.after.name,
          before: pair.before.className,
          after: pair.after.className,
        })),
      },
      moved: {
        count: moved.length,
        imageIds: idsOf(moved),
        changes: moved.slice(0, named).map((pair) => ({
          name: pair.after.name,
          before: pair.before.split,
          after: pair.after.split,
        })),
      },
    };
  };
  return {
    /** The newest first. */
    versions: (): DatasetVersion[] =>
      database.all<VersionRow>(`SELECT ${columns} FROM versions ORDER BY id DESC`).map(toVersion),

    /** Throws `invalidInput` where there is nothing to freeze. */
    saveVersion(name: string): DatasetVersion {
      const { classes, entries } = manifest();
      if (entries.length === 0) {
        throw new TesseraError('invalidInput', {
          what: 'A version',
          reason: 'no picture has both a label and a split yet',
        });
      }
      const count = (split: string): number => entries.filter((entry) => entry.split === split).length;
      return database.transactionAside(() => {
        const { id } = database.run(
          `INSERT INTO versions (name, created_at, hash, classes, train, val, test, entries)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          name.trim(),
          Date.now(),
          manifestHash(classes, entries, sha256),
          JSON.stringify(classes),
          count('train'),
          count('val'),
          count('test'),
          deflateSync(JSON.stringify(toEntries({ classes, entries }))),
        );
        return get(id);
      });
    },

    /** Throws `versionNotFound`. */
    removeVersion(versionId: number): void {
      get(versionId);
      database.transactionAside(() => database.run('DELETE FROM versions WHERE id = ?', versionId));
    },

    /** `to: null` stands for what there is now. Throws `versionNotFound`. */
    compareVersions(from: number, to: number | null): VersionComparison {
      const after = to === null ? toEntries(manifest()) : entriesOf(to);
      return comparison(entriesOf(from), after);
    },

    /** From a manifest to what there is now, in the splits of `splits` alone. A picture that is gone is named by its hash. */
    compareWithNow({ classes, entries }: RunManifest, splits: readonly Split[]): VersionComparison {
      const counts = ({ split }: { split: Split }): boolean => splits.includes(split);
      const before = entries.filter(counts);
      const names = namesOf(before.map(({ imageId }) => imageId));
      const known = before.map((entry) => ({ ...entry, name: names.get(entry.imageId) ?? entry.hash }));
      return comparison(toEntries({ classes, entries: known }), toEntries(manifest()).filter(counts));
    },
  };
}

const toEntries = ({ classes, entries }: Manifest): VersionEntry[] =>
  entries.map(({ imageId, hash, name, classIndex, split }) => ({
    imageId,
    hash,
    name,
    className: classes[classIndex] ?? '',
    split,
  }));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
