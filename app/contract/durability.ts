import { z } from 'zod';

/**
 * Why a project is open for reading only: another Tessera has it open; a newer Tessera made it; its folder cannot be
 * written; it lies on a network drive.
 */
export const readOnlyReason = z.enum(['locked', 'newer', 'folder', 'network']);
export type ReadOnlyReason = z.infer<typeof readOnlyReason>;

/** What a snapshot was taken for. */
export const snapshotReason = z.enum(['open', 'interval', 'asked', 'migration', 'restore']);
export type SnapshotReason = z.infer<typeof snapshotReason>;

/** A whole copy of a project's database that was verified when it was made. */
export const snapshotInfo = z.object({
  /** Its file's name in `snapshots/`. */
  name: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
  reason: snapshotReason,
  bytes: z.int(),
  images: z.int(),
  labeled: z.int(),
  classes: z.int(),
});
export type SnapshotInfo = z.infer<typeof snapshotInfo>;

/** How the present differs from a snapshot. Pictures are counted where they live, not where they are deleted. */
export const snapshotDifference = z.object({
  /** Pictures that came after the snapshot; restoring takes them off the project. */
  added: z.int(),
  /** Pictures that the snapshot has and the present has not. */
  removed: z.int(),
  /** Pictures in both whose class differs. */
  relabeled: z.int(),
  /** Pictures in both whose split differs. */
  moved: z.int(),
  /** Classes in one of the two, or of another name. */
  classes: z.int(),
  /** Training runs that came after the snapshot. */
  runs: z.int(),
});
export type SnapshotDifference = z.infer<typeof snapshotDifference>;

/** What there is to build a damaged project anew from. */
export const damageReport = z.object({
  path: z.string(),
  reason: z.string(),
  /** Those that are whole, the newest first. */
  snapshots: z.array(snapshotInfo),
  /** What could be read in the damaged file itself. */
  readable: z.object({ images: z.int(), labeled: z.int(), classes: z.int() }),
  /** Originals on the disk. */
  originals: z.int(),
});
export type DamageReport = z.infer<typeof damageReport>;

/** What a project was built anew from. */
export const salvageReport = z.object({
  /** Where the damaged file lies now. */
  movedTo: z.string(),
  images: z.int(),
  labeled: z.int(),
  /** Labels, splits and deletions that the damaged file knew and the snapshot did not. */
  labelsSalvaged: z.int(),
  picturesSalvaged: z.int(),
  /** Originals on the disk that neither knew; they are imported again, without labels. */
  unknownOriginals: z.int(),
});
export type SalvageReport = z.infer<typeof salvageReport>;
