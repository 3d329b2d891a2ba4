import { copyFileSync, existsSync, linkSync, readFileSync, rmSync } from 'node:fs';
import {
  run as runSchema,
  TesseraError,
  type CheckpointInfo,
  layersPoint,
  type LayersPoint,
  type Run,
  type StartFrom,
} from '../contract/index.ts';
import type { TrainPlan } from '../core/training/plan.ts';
import type { Database } from './database.ts';
import { broughtWeightsFile, checkpointFile, layersFile, planFile, runFolder } from './files.ts';
import { checkpointOf, filesOf } from './run-disk.ts';
import { insertRunEvent, whereRunStands } from './run-events.ts';
import { orNotWritable } from './write-failure.ts';
import { writeFileAtomicSync } from './write-sync.ts';

/** Training runs: a row each, and a folder that holds the plan and the checkpoints. */
export function runs(database: Database) {
  return {
    /** The plan is on the disk before the row: a run that is listed can always be read. */
    addRun(run: Run, plan: TrainPlan): void {
      writePlan(database, run.id, plan);
      database.transactionAside(() => insertRun(database, run));
    },

    /** As it was frozen. Throws `runNotFound`. */
    plan(runId: string): TrainPlan {
      const { id } = readRun(database, runId);
      return JSON.parse(readFileSync(planFile(database.projectPath, id), 'utf8')) as TrainPlan;
    },

    /** Empty where nobody has looked yet. Throws `runNotFound` and `fileMalformed`. */
    layers(runId: string): LayersPoint[] {
      const path = layersFile(database.projectPath, readRun(database, runId).id);
      if (!existsSync(path)) return [];
      try {
        return layersPoint.array().parse(JSON.parse(readFileSync(path, 'utf8')));
      } catch (cause) {
        const reason = 'it is not what a training leaves';
        throw new TesseraError('fileMalformed', { path, format: 'layers', reason }, { cause });
      }
    },

    /** The one that was saved last first. Throws `runNotFound`. */
    checkpoints(runId: string): CheckpointInfo[] {
      const folder = runFolder(database.projectPath, readRun(database, runId).id);
      const found = filesOf(folder).flatMap(({ name, file }): CheckpointInfo[] => {
        const checkpoint = checkpointOf(name);
        return checkpoint === null ? [] : [{ ...checkpoint, bytes: file.size, savedAt: file.mtimeMs }];
      });
      return found.toSorted((a, b) => b.savedAt - a.savedAt);
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

    /** The runs that wait to be trained, in their order. */
    waitingRuns: (): string[] => readWaiting(database),

    /** Replaces the whole line; where it is the same already nothing is written, so that who only reads may work. */
    keepWaitingRuns(runIds: readonly string[]): void {
      if (readWaiting(database).join() === runIds.join()) return;
      database.transactionAside(() => {
        database.run('DELETE FROM waiting_runs');
        database.run(
          `INSERT INTO waiting_runs (run_id, place)
           SELECT value, key FROM json_each(?) WHERE value IN (SELECT id FROM runs)`,
          JSON.stringify(runIds),
        );
      });
    },

    /** With its metrics, evaluations and folder. Throws `runNotFound`. */
    removeRun(runId: string): void {
      database.transactionAside(() => {
        // A trial of a sweep does not begin anew because of that.
        database.run(`UPDATE trials SET over = 'removed' WHERE run_id = ?`, runId);
        const { changes } = database.run('DELETE FROM runs WHERE id = ?', runId);
        if (changes === 0) throw new TesseraError('runNotFound', { run: runId });
      });
      orNotWritable(database.projectPath, () => removeFolder(database, runId));
    },
  };
}

/**
 * Nothing trains in a project that is just being opened: what says so was cut short together with its Tessera, perhaps
 * between a checkpoint's rename and its row. What waited still waits.
 */
export function settleRuns(database: Database): void {
  database.transactionAside(() => {
    for (const run of readRuns(database)) if (run.status === 'running') cutShort(database, run);
    database.run(
      `UPDATE runs SET document = json_set(document, '$.status', 'stopped', '$.endedAt', ?)
       WHERE document ->> 'status' IN ('queued', 'paused') AND id NOT IN (SELECT run_id FROM waiting_runs)`,
      Date.now(),
    );
    database.run(
      `DELETE FROM waiting_runs WHERE run_id IN
         (SELECT id FROM runs WHERE document ->> 'status' NOT IN ('queued', 'paused'))`,
    );
    for (const run of readRuns(database)) {
      if (!run.hasCheckpoint && hasCheckpointFile(database, run.id)) {
        replaceRun(database, { ...run, hasCheckpoint: true });
      }
    }
  });
}

/** Nobody was left to say so then. */
function cutShort(database: Database, run: Run): void {
  const { code, message } = new TesseraError('workerStopped', { reason: 'Tessera itself ended' });
  const now = Date.now();
  const happening = { kind: 'interrupted', ...whereRunStands(database, run.id), code, message } as const;
  insertRunEvent(database, run.id, happening, now);
  replaceRun(database, { ...run, status: 'stopped', endedAt: now, error: message });
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

/** Before its row, with what the run begins with. */
export function writePlan(database: Database, runId: string, plan: TrainPlan): void {
  database.requireWritable();
  orNotWritable(database.projectPath, () => {
    try {
      writeFileAtomicSync(planFile(database.projectPath, runId), JSON.stringify(plan));
      if (plan.settings.start !== undefined) keepStart(database, runId, plan.settings.start);
      if (plan.settings.startModel !== undefined) keepStartModel(database, runId, plan.settings.startModel);
    } catch (error) {
      removeFolder(database, runId);
      throw error;
    }
  });
}

/** Windows lets go of a file late that was just read. */
const removeFolder = ({ projectPath }: Database, runId: string): void =>
  rmSync(runFolder(projectPath, runId), { recursive: true, force: true, maxRetries: 4, retryDelay: 20 });

export function insertRun(database: Database, run: Run): void {
  database.run(
    'INSERT INTO runs (id, created_at, document) VALUES (?, ?, ?)',
    run.id,
    run.createdAt,
    toDocument(run),
  );
}

/**
 * What a run begins with is its own from the start: the other run may go, and its checkpoint may be replaced. A checkpoint is
 * never written in place, so a second name for its file is enough. Throws `runHasNoCheckpoint`.
 */
function keepStart({ projectPath }: Database, runId: string, { runId: from, which }: StartFrom): void {
  const path = checkpointFile(projectPath, from, which);
  if (!existsSync(path)) throw new TesseraError('runHasNoCheckpoint', { run: from });
  keepCopy(path, checkpointFile(projectPath, runId, 'start'));
}

/** The same of a model that was brought in. Throws `broughtModelNotFound`. */
function keepStartModel({ projectPath }: Database, runId: string, model: string): void {
  const path = broughtWeightsFile(projectPath, model);
  if (!existsSync(path)) throw new TesseraError('broughtModelNotFound', { model });
  keepCopy(path, checkpointFile(projectPath, runId, 'start'));
}

function keepCopy(path: string, own: string): void {
  try {
    linkSync(path, own);
  } catch {
    // Not every file system has second names.
    copyFileSync(path, own);
  }
}

const hasCheckpointFile = ({ projectPath }: Database, runId: string): boolean =>
  (['last', 'best', 'previous'] as const).some((which) =>
    existsSync(checkpointFile(projectPath, runId, which)),
  );

const readWaiting = (database: Database): string[] =>
  database
    .all<{ run_id: string }>('SELECT run_id FROM waiting_runs ORDER BY place')
    .map(({ run_id: id }) => id);

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
