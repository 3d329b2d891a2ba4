import type { Database } from '../database.ts';
import { firstSchema } from './001-first-schema.ts';

/** SQL that brings a database from the version before to this one. Once released, a migration never changes. */
export interface Migration {
  version: number;
  sql: string;
}

/** 'Tess': tells our files from other programs' databases. */
export const applicationId = 0x54657373;

const migrations: readonly Migration[] = [firstSchema];

export const newestVersion = migrations.length;

/** Brings a database up to `newestVersion`, one transaction a migration. */
export function migrate(database: Database): void {
  const current = database.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
  for (const { version, sql } of migrations.slice(current)) {
    database.transaction(() => {
      database.script(sql);
      database.script(`PRAGMA user_version = ${version}`);
    });
  }
}
