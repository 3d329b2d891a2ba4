import type { Suggestion } from '../core/tasks.ts';
import type { Database } from './database.ts';

/** What the newest model takes the pictures for. */
export function predictions(database: Database) {
  return {
    /** `classes`: the run's, by name. What a run says after another one replaces all that the other has said. */
    savePredictions(runId: string, classes: readonly string[], given: readonly Suggestion[]): void {
      database.transaction(() => storePredictions(database, runId, classes, given));
    },
  };
}

/** Inside a transaction. */
export function storePredictions(
  database: Database,
  runId: string,
  classes: readonly string[],
  given: readonly Suggestion[],
): void {
  const newest = database.get<{ run: string | null }>('SELECT predicted_by AS run FROM project')?.run;
  if (newest !== runId) {
    database.run(
      'UPDATE images SET predicted = NULL, confidence = NULL, loss = NULL WHERE predicted IS NOT NULL',
    );
    database.run('UPDATE project SET predicted_by = ?', runId);
  }
  const ids = new Map(
    database
      .all<{ id: number; name: string }>('SELECT id, name FROM classes')
      .map(({ id, name }) => [name, id] as const),
  );
  const places = classes.map((name) => ids.get(name) ?? null);
  const values = given
    .map(({ imageId, predicted, confidence, loss }) => [imageId, places[predicted] ?? null, confidence, loss])
    .filter(([, classId]) => classId !== null);
  database.run(
    `UPDATE images SET predicted = wanted.value ->> 1, confidence = wanted.value ->> 2, loss = wanted.value ->> 3
     FROM json_each(?) AS wanted WHERE images.id = wanted.value ->> 0`,
    JSON.stringify(values),
  );
}
