import { existsSync, readdirSync, rmSync, statfsSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { CheckpointInfo, DiskUse, WhichCheckpoints } from '../contract/index.ts';
import type { Database } from './database.ts';
import { runFolder, runsFolder } from './files.ts';

/** What runs take on the disk, and how that becomes less. */
export function runDisk(database: Database) {
  const { projectPath } = database;
  return {
    disk(): DiskUse {
      const sweeps = new Map(
        database
          .all<{ runId: string; name: string }>(
            'SELECT run_id AS runId, name FROM trials JOIN sweeps ON id = sweep_id WHERE run_id IS NOT NULL',
          )
          .map(({ runId, name }) => [runId, name]),
      );
      const seen = new Set<string>();
      let all = 0;
      const runs = database.all<{ id: string }>('SELECT id FROM runs ORDER BY created_at').map(({ id }) => {
        let [bytes, checkpoints] = [0, 0];
        for (const { name, file } of filesOf(runFolder(projectPath, id))) {
          bytes += file.size;
          if (checkpointOf(name) !== null) checkpoints += file.size;
          // Two names of one file have the same number; where the file system has none, each counts.
          const key = `${file.dev} ${file.ino}`;
          if (file.ino === 0 || !seen.has(key)) all += file.size;
          seen.add(key);
        }
        return { runId: id, bytes, checkpoints, sweep: sweeps.get(id) ?? null };
      });
      const place = existsSync(runsFolder(projectPath)) ? runsFolder(projectPath) : projectPath;
      const { bavail, bsize } = statfsSync(place);
      return { runs, bytes: all, free: bavail * bsize };
    },

    /** Nobody may train the run meanwhile. */
    removeCheckpointFiles(runId: string, which: WhichCheckpoints): void {
      database.requireWritable();
      const folder = runFolder(projectPath, runId);
      const names = filesOf(folder).map(({ name }) => name);
      const gone = which === 'all' ? names.filter((name) => checkpointOf(name) !== null) : spare(names);
      for (const name of gone) {
        rmSync(join(folder, name), { force: true });
      }
    },
  };
}

/** Neither the best one nor the last one; where a crash has left only the one before the last, that. */
function spare(names: readonly string[]): string[] {
  const found = names.flatMap((name) => {
    const kind = checkpointOf(name)?.which;
    return kind === undefined ? [] : [{ name, kind }];
  });
  const last = found.some(({ kind }) => kind === 'last') ? 'last' : 'previous';
  // What it began with is wanted again as long as it has nothing else to go on from.
  const isBegun = found.some(({ kind }) => kind === last);
  return found
    .filter(({ kind }) => kind !== 'best' && kind !== last && (kind !== 'start' || isBegun))
    .map(({ name }) => name);
}

/** What a file of a run's folder is, by its name; null where it is no checkpoint. */
export function checkpointOf(name: string): Pick<CheckpointInfo, 'which' | 'epoch'> | null {
  const [, which, epoch] = /^(last|previous|best|start|epoch)(?:-(\d+))?\.safetensors$/.exec(name) ?? [];
  if (which === undefined) return null;
  return { which: which as CheckpointInfo['which'], epoch: epoch === undefined ? null : Number(epoch) };
}

/** The files of a folder. What trains may just be replacing one: it is left out then. */
export function filesOf(folder: string): { name: string; file: Stats }[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.flatMap((name) => {
    const file = statSync(join(folder, name), { throwIfNoEntry: false });
    return file?.isFile() === true ? [{ name, file }] : [];
  });
}
