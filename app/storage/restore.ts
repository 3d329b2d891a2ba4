import { randomBytes } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { Database } from './database.ts';
import { snapshotsFolder } from './files.ts';
import { finishAbandonedImports } from './imports.ts';
import { inspectDatabase } from './inspect.ts';
import { migrate } from './migrations/index.ts';
import { forgetLostCheckpoints, settleRuns } from './runs.ts';
import { removeDatabase, snapshotFile, snapshotFiles, takeSnapshot } from './snapshots.ts';
import { writingError } from './write-failure.ts';

/**
 * Makes a project what it was at a snapshot, in one transaction over the database that is open: whoever reads it sees the
 * one or the other, and a kill on the way leaves the present. The present is kept as a snapshot first; gives its name, and
 * restoring that one is the undo. Nothing may be under way in the project.
 *
 * Throws `snapshotNotFound`, `projectReadOnly`, `projectNotWritable`.
 */
export async function restoreSnapshot(database: Database, name: string): Promise<{ before: string }> {
  database.requireWritable();
  const { projectPath } = database;
  const source = snapshotFile(projectPath, name);
  const copy = join(snapshotsFolder(projectPath), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    // A copy first: keeping the present may be what makes the chosen one too many.
    copyFileSync(source, copy);
    inspectDatabase(projectPath, copy);
    {
      using older = new Database(projectPath, copy);
      migrate(older);
    }
    let before = name;
    await database.exclusively(async () => {
      const kept = await takeSnapshot(projectPath, 'restore');
      before = kept?.name ?? snapshotFiles(projectPath)[0]?.name ?? name;
      await writeOver(copy, database.file);
    });
    settleRuns(database);
    forgetLostCheckpoints(database);
    finishAbandonedImports(database);
    return { before };
  } catch (error) {
    throw writingError(error, projectPath);
  } finally {
    removeDatabase(copy);
  }
}

async function writeOver(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    await backup(source, to, { rate: 2 ** 31 - 1 });
  } finally {
    source.close();
  }
}
