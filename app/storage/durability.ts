import type { SnapshotDifference, SnapshotInfo, SnapshotReason } from '../contract/index.ts';
import type { Database } from './database.ts';
import { restoreSnapshot } from './restore.ts';
import { listSnapshots, snapshotDifference, takeSnapshot } from './snapshots.ts';

/** What keeps a project from being lost, and what says how it stands. */
export function durability(database: Database) {
  const { projectPath } = database;
  return {
    readOnly: database.readOnly,

    /** Whether the project is not at its path any more: what is open reaches nobody. */
    isLost: (): boolean => database.isLost,

    /** Another number after every change of this Tessera. */
    changes: (): number => database.changes,

    /** Another number after every change of another Tessera. */
    dataVersion: (): number => database.dataVersion,

    /** Pictures of an import that has not ended may still be taken back with their originals. */
    isImporting: (): boolean =>
      database.get('SELECT 1 FROM imports WHERE finished_at IS NULL LIMIT 1') !== undefined,

    /** Null where nothing has changed since the newest one. Throws `projectNotWritable`, `projectReadOnly`. */
    async takeSnapshot(reason: SnapshotReason): Promise<SnapshotInfo | null> {
      database.requireWritable();
      return takeSnapshot(projectPath, reason);
    },

    /** The newest first. */
    snapshots: (): Promise<SnapshotInfo[]> => listSnapshots(projectPath),

    /** Throws `snapshotNotFound`. */
    snapshotDifference: (name: string): Promise<SnapshotDifference> =>
      snapshotDifference(database.file, projectPath, name),

    /** Gives the name of the snapshot that keeps the present. */
    restoreSnapshot: (name: string): Promise<{ before: string }> => restoreSnapshot(database, name),
  };
}
