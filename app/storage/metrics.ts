import {
  TesseraError,
  type CurveRange,
  type Curves,
  type EpochMetric,
  type Metric,
} from '../contract/index.ts';
import { strideFor } from '../core/training/condense.ts';
import type { Database } from './database.ts';
import { isBehind, lowerLevels, raiseLevels, readSteps } from './metric-levels.ts';

/** The points of a run's curves, by their sequence number. */
export function metrics(database: Database) {
  return {
    /**
     * Appends points in rising `seq`. Points that begin before the last stored one replace everything from there on:
     * a resumed run does the steps since its checkpoint again. What averages them goes along in the same transaction.
     */
    addMetrics(runId: string, points: Metric[]): void {
      const [first, last] = [points[0], points.at(-1)];
      if (first === undefined || last === undefined) return;
      database.transactionAside(() => {
        lowerLevels(database, runId, first.seq, lastSeq(database, runId));
        database.run('DELETE FROM metrics WHERE run_id = ? AND seq >= ?', runId, first.seq);
        for (const point of points) {
          database.run(
            'INSERT INTO metrics (run_id, seq, point) VALUES (?, ?, ?)',
            runId,
            point.seq,
            JSON.stringify(point),
          );
        }
        raiseLevels(database, runId, last.seq);
      });
    },

    /** Points with `seq` greater than `after`, oldest first. */
    metrics(runId: string, after: number): Metric[] {
      return database
        .all<{ point: string }>(
          'SELECT point FROM metrics WHERE run_id = ? AND seq > ? ORDER BY seq',
          runId,
          after,
        )
        .map(({ point }) => JSON.parse(point) as Metric);
    },

    /** Its curves, or a stretch of them, in at most `count` step points; what is read grows with `count` and not with the run. */
    curves(runId: string, count: number, range?: CurveRange): Curves {
      const last = lastSeq(database, runId);
      if (last < 0) return { steps: [], stride: 1, epochs: [], lastSeq: -1 };
      catchUp(database, runId, last);
      const from = range ? firstFrom(database, runId, last, range.axis, range.from) : 0;
      const to = range ? firstFrom(database, runId, last, range.axis, range.to) : last;
      // A line goes on beyond both ends of what is shown.
      const before = Math.max(0, from - 1);
      const stride = strideFor(before, to, count);
      const first = Math.floor(before / stride) * stride;
      const end = Math.min(last + 1, (Math.floor(to / stride) + 1) * stride);
      const steps = readSteps(database, runId, stride, first, end);
      return { steps, stride, epochs: readEpochs(database, runId, first, end), lastSeq: last };
    },
  };
}

/** -1 where there is none. */
const lastSeq = (database: Database, runId: string): number =>
  database.get<{ seq: number | null }>('SELECT max(seq) AS seq FROM metrics WHERE run_id = ?', runId)?.seq ??
  -1;

/** Once for a run of an older Tessera. Whoever only reads, or has no room left, reads what was recorded instead. */
function catchUp(database: Database, runId: string, last: number): void {
  if (database.readOnly !== null || !isBehind(database, runId, last)) return;
  try {
    database.transactionAside(() => raiseLevels(database, runId, last));
  } catch (error) {
    if (!(error instanceof TesseraError)) throw error;
  }
}

function readEpochs(database: Database, runId: string, first: number, end: number): EpochMetric[] {
  const text = database.get<{ points: string | null }>(
    `SELECT group_concat(point ORDER BY seq) AS points FROM metrics INDEXED BY epoch_metrics
     WHERE run_id = ? AND seq >= ? AND seq < ? AND point ->> '$.kind' = 'epoch'`,
    runId,
    first,
    end,
  )?.points;
  return JSON.parse(`[${text ?? ''}]`) as EpochMetric[];
}

/** The first `seq` at or beyond a place on an axis, which rises with it; the last one where there is none. */
function firstFrom(
  database: Database,
  runId: string,
  last: number,
  axis: CurveRange['axis'],
  at: number,
): number {
  let low = 0;
  let high = last;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = database.get<{ place: number | null }>(
      `SELECT point ->> '$.${axis}' AS place FROM metrics WHERE run_id = ? AND seq >= ? ORDER BY seq LIMIT 1`,
      runId,
      middle,
    );
    if ((row?.place ?? Infinity) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
