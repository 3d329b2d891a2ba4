import type { CurveRange, Curves, Metric } from '../contract/index.ts';
import { condense } from '../core/training/condense.ts';
import type { Database } from './database.ts';

/** The points of a run's curves, by their sequence number. */
export function metrics(database: Database) {
  return {
    /**
     * Appends points in rising `seq`. Points that begin before the last stored one replace everything from there on:
     * a resumed run does the steps since its checkpoint again.
     */
    addMetrics(runId: string, points: Metric[]): void {
      const [first] = points;
      if (first === undefined) return;
      database.transactionAside(() => {
        database.run('DELETE FROM metrics WHERE run_id = ? AND seq >= ?', runId, first.seq);
        for (const point of points) {
          database.run(
            'INSERT INTO metrics (run_id, seq, point) VALUES (?, ?, ?)',
            runId,
            point.seq,
            JSON.stringify(point),
          );
        }
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

    /** Its curves, or a stretch of them, in at most `count` step points; 200,000 recorded ones are read in part of a second. */
    curves(runId: string, count: number, range?: CurveRange): Curves {
      const last = database.get<{ seq: number | null }>(
        'SELECT max(seq) AS seq FROM metrics WHERE run_id = ?',
        runId,
      )?.seq;
      if (last === null || last === undefined) return { steps: [], stride: 1, epochs: [], lastSeq: -1 };
      const from = range ? firstFrom(database, runId, last, range.axis, range.from) : 0;
      const to = range ? firstFrom(database, runId, last, range.axis, range.to) : last;
      const points: Metric[] = [];
      // A line goes on beyond both ends of what is shown.
      for (let first = Math.max(0, from - 1); first <= to; first += portion) {
        points.push(...readPortion(database, runId, first, Math.min(to, first + portion - 1)));
      }
      return { ...condense(points, count), lastSeq: last };
    },
  };
}

/** Points that are read in one text: one long one is parsed in half of the time of many short ones. */
const portion = 20_000;

function readPortion(database: Database, runId: string, first: number, last: number): Metric[] {
  const text = database.get<{ points: string | null }>(
    'SELECT group_concat(point ORDER BY seq) AS points FROM metrics WHERE run_id = ? AND seq BETWEEN ? AND ?',
    runId,
    first,
    last,
  )?.points;
  return JSON.parse(`[${text ?? ''}]`) as Metric[];
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
