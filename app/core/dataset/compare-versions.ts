import type { Split } from '../../contract/index.ts';

/** A picture of a frozen version. */
export interface VersionEntry {
  imageId: number;
  /** Of the original's bytes: what makes a picture the same picture. */
  hash: string;
  name: string;
  className: string;
  split: Split;
}

export interface VersionDifference {
  added: VersionEntry[];
  removed: VersionEntry[];
  relabeled: { before: VersionEntry; after: VersionEntry }[];
  moved: { before: VersionEntry; after: VersionEntry }[];
}

/** What happened from one version to another; a picture may be relabeled and moved both. In the order of the versions. */
export function compareVersions(
  from: readonly VersionEntry[],
  to: readonly VersionEntry[],
): VersionDifference {
  const before = new Map(from.map((entry) => [entry.hash, entry]));
  const after = new Map(to.map((entry) => [entry.hash, entry]));
  const both = to.flatMap((entry) => {
    const earlier = before.get(entry.hash);
    return earlier ? [{ before: earlier, after: entry }] : [];
  });
  return {
    added: to.filter(({ hash }) => !before.has(hash)),
    removed: from.filter(({ hash }) => !after.has(hash)),
    relabeled: both.filter((pair) => pair.before.className !== pair.after.className),
    moved: both.filter((pair) => pair.before.split !== pair.after.split),
  };
}
