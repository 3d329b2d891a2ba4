import { deflateSync, inflateSync } from 'node:zlib';
import { runEvent, type RunEvent, type RunHappening } from '../contract/index.ts';
import type { DataInForce } from '../core/training/data-in-force.ts';
import type { Database } from './database.ts';

/** What training comes to at a step whenever it does that step. */
const repeatable: readonly RunEvent['kind'][] = [
  'labelsTaken',
  'labelsRefused',
  'rateLowered',
  'checkpointKept',
  'stoppedEarly',
];

/** What happened to runs, and which labels they went by. */
export function runEvents(database: Database) {
  return {
    whereRunStands: (runId: string) => whereRunStands(database, runId),

    /** `at`: ms since 1970. */
    addRunEvent: (runId: string, happening: RunHappening, at: number): RunEvent =>
      database.transactionAside(() => insertRunEvent(database, runId, happening, at)),

    runEvents: (runId: string): RunEvent[] =>
      database
        .all<{ id: number; event: string }>(
          'SELECT id, event FROM run_events WHERE run_id = ? ORDER BY id',
          runId,
        )
        .map(({ id, event }) => runEvent.parse({ ...(JSON.parse(event) as object), id })),

    runData: (runId: string): { fromEpoch: number; data: DataInForce | null }[] =>
      database
        .all<{ fromEpoch: number; data: Uint8Array | null }>(
          'SELECT from_epoch AS fromEpoch, data FROM run_data WHERE run_id = ? ORDER BY from_epoch',
          runId,
        )
        .map(({ fromEpoch, data }) => ({ fromEpoch, data: unpacked(data) })),

    /** What was answered for an epoch; undefined where nobody asked. */
    dataOfEpoch(runId: string, epoch: number): DataInForce | null | undefined {
      const row = database.get<{ data: Uint8Array | null }>(
        'SELECT data FROM run_data WHERE run_id = ? AND ? BETWEEN from_epoch AND to_epoch',
        runId,
        epoch,
      );
      return row === undefined ? undefined : unpacked(row.data);
    },

    /** For an epoch after all those that were asked for. On the disk when this returns: so it is answered from now on. */
    keepDataOfEpoch(runId: string, epoch: number, data: DataInForce | null): void {
      database.transactionAside(() => {
        const last = database.get<{ from: number; data: Uint8Array | null }>(
          'SELECT from_epoch AS "from", data FROM run_data WHERE run_id = ? ORDER BY from_epoch DESC LIMIT 1',
          runId,
        );
        if (last !== undefined && unpacked(last.data)?.dataHash === data?.dataHash) {
          database.run(
            'UPDATE run_data SET to_epoch = ? WHERE run_id = ? AND from_epoch = ?',
            epoch,
            runId,
            last.from,
          );
          return;
        }
        database.run(
          'INSERT INTO run_data (run_id, from_epoch, to_epoch, data) VALUES (?, ?, ?, ?)',
          runId,
          epoch,
          epoch,
          data === null ? null : deflateSync(JSON.stringify(data)),
        );
      });
    },
  };
}

/** Where the last point of a run's curves is; nowhere yet: 0. */
export function whereRunStands(database: Database, runId: string): Pick<RunEvent, 'step' | 'epoch' | 'time'> {
  const row = database.get<{ step: number; epoch: number; time: number }>(
    `SELECT point ->> '$.step' AS step, point ->> '$.epoch' AS epoch, point ->> '$.time' AS time
     FROM metrics WHERE run_id = ? ORDER BY seq DESC LIMIT 1`,
    runId,
  );
  return row === undefined ? { step: 0, epoch: 0, time: 0 } : { ...row };
}

/** Within a transaction. `at`: ms since 1970. */
export function insertRunEvent(
  database: Database,
  runId: string,
  happening: RunHappening,
  at: number,
): RunEvent {
  const { kind, step } = happening;
  const row = database.get<{ id: number }>(
    `INSERT INTO run_events (run_id, key, event) VALUES (?, ?, ?)
     ON CONFLICT (run_id, key) DO UPDATE SET event = excluded.event RETURNING id`,
    runId,
    repeatable.includes(kind) ? `${kind} ${step}` : null,
    JSON.stringify({ ...happening, at }),
  );
  return runEvent.parse({ ...happening, at, id: row?.id });
}

const unpacked = (data: Uint8Array | null): DataInForce | null =>
  data === null ? null : (JSON.parse(inflateSync(data).toString('utf8')) as DataInForce);
