import type { Database } from '../database.ts';
import { firstSchema } from './001-first-schema.ts';
import { measuresAndMarks } from './002-measures-and-marks.ts';
import { sortOrders } from './003-sort-orders.ts';
import { watchedFolders } from './004-watched-folders.ts';
import { waitingRuns } from './005-waiting-runs.ts';
import { referencedFiles } from './006-referenced-files.ts';
import { runEvents } from './007-run-events.ts';
import { sweeps } from './008-sweeps.ts';
import { metricLevels } from './009-metric-levels.ts';
import { dates } from './010-dates.ts';

/** SQL that brings a database from the version before to this one. Once released, a migration never changes. */
export interface Migration {
  version: number;
  sql: string;
}

/** 'Tess': tells our files from other programs' databases. */
export const applicationId = 0x54657373;

const migrations: readonly Migration[] = [
  firstSchema,
  measuresAndMarks,
  sortOrders,
  watchedFolders,
  waitingRuns,
  referencedFiles,
  runEvents,
  sweeps,
  metricLevels,
  dates,
];

export const newestVersion = migrations.length;

export const databaseVersion = (database: Database): number =>
  database.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;

/**
 * Brings a database up to `newestVersion`: all in one transaction, so that a Tessera that is killed on the way leaves a file
 * that the one before it can still open. `steps` are the released ones unless a test has others.
 */
export function migrate(database: Database, steps: readonly Migration[] = migrations): void {
  const wanted = steps.slice(databaseVersion(database));
  if (wanted.length === 0) return;
  database.transaction(() => {
    for (const { version, sql } of wanted) {
      database.script(sql);
      database.script(`PRAGMA user_version = ${version}`);
    }
  });
}
