import { existsSync, rmSync } from 'node:fs';
import { run as runSchema, TesseraError, type Run } from '../contract/index.ts';
import type { TrainPlan } from '../core/training/plan.ts';
import type { Database } from './database.ts';
import { checkpointFile, planFile, runFolder } from './files.ts';
import { writeFileAtomicSync } from './write-sync.ts';

/** Training runs: a row each, and a folder that holds the plan and the checkpoints. */
export function runs(database: Database) {
  return {
    /** The plan is on the disk before the row: a run that is listed can always be read. */
    addRun(run: Run, plan: TrainPlan): void {
      database.requireWritable();
      writeFileAtomicSync(planFile(database.projectPath, run.id), JSON.stringify(plan));
      database.transactionAside(() =>
        database.run(
          'INSERT INTO runs (id, created_at, document) VALUES (?, ?, ?)',
          run.id,
          run.createdAt,
          toDocument(run),
        ),
      );
    },

    /** Gives the whole run as it is now. Its id stays. Throws `runNotFound`. */
    updateRun(runId: string, change: Partial<Run>): Run {
      return database.transactionAside(() =>
        replaceRun(database, { ...readRun(database, runId), ...change, id: runId }),
      );
    },

    /** Throws `runNotFound`. */
    run: (runId: string): Run => readRun(database, runId),

    /** The newest first. */
    runs: (): Run[] => readRuns(database),

    /** With its metrics, evaluations and folder. Throws `runNotFound`. */
    removeRun(runId: string): void {
      database.transactionAside(() => {
        const { changes } = database.run('DELETE FROM runs WHERE id = ?', runId);
        if (changes === 0) throw new TesseraError('runNotFound', { run: runId });
      });
      rmSync(runFolder(database.projectPath, runId), { recursive: true, force: true });
    },
  };
}

/**
 * Nothing trains in a project that is just being opened: what says so was cut short together with its Tessera, perhaps
 * between a checkpoint's rename and its row.
 */
export function settleRuns(database: Database): void {
  database.transactionAside(() => {
    database.run(
      `UPDATE runs SET document = json_set(document, '$.status', 'stopped', '$.endedAt', ?)
       WHERE document ->> 'status' IN ('queued', 'running')`,
      Date.now(),
    );
    for (const run of readRuns(database)) {
      if (!run.hasCheckpoint && hasCheckpointFile(database, run.id)) {
        replaceRun(database, { ...run, hasCheckpoint: true });
      }
    }
  });
}

/** After a snapshot was restored: a run that was removed since has left nothing to go on with. */
export function forgetLostCheckpoints(database: Database): void {
  database.transaction(() => {
    for (const run of readRuns(database)) {
      if (run.hasCheckpoint && !hasCheckpointFile(database, run.id)) {
        replaceRun(database, { ...run, hasCheckpoint: false });
      }
    }
  });
}

const hasCheckpointFile = ({ projectPath }: Database, runId: string): boolean =>
  (['last', 'best', 'previous'] as const).some((which) =>
    existsSync(checkpointFile(projectPath, runId, which)),
  );

function readRuns(database: Database): Run[] {
  const rows = database.all<{ document: string }>(
    'SELECT document FROM runs ORDER BY created_at DESC, rowid DESC',
  );
  return rows.map(({ document }) => runSchema.parse(JSON.parse(document)));
}

function readRun(database: Database, runId: string): Run {
  const row = database.get<{ document: string }>('SELECT document FROM runs WHERE id = ?', runId);
  if (row === undefined) throw new TesseraError('runNotFound', { run: runId });
  return runSchema.parse(JSON.parse(row.document));
}

function replaceRun(database: Database, run: Run): Run {
  database.run('UPDATE runs SET document = ? WHERE id = ?', toDocument(run), run.id);
  return run;
}

/** Only a well-formed run is stored, so that it can be read again: `NaN` would come back as `null`. */
function toDocument(run: Run): string {
  return JSON.stringify(runSchema.parse(run));
}
