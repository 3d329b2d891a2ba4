import type { Metric } from '../contract/index.ts';
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
  };
}
