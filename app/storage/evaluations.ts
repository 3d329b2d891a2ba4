import type { SQLInputValue } from 'node:sqlite';
import {
  evaluation as evaluationSchema,
  type Evaluation,
  type JudgedImage,
  type Split,
} from '../contract/index.ts';
import type { Database } from './database.ts';

/** Which judged pictures are wanted; conditions that are absent hold for all. */
interface Cell {
  truth?: number | undefined;
  predicted?: number | undefined;
  mistakesOnly: boolean;
}

/** How runs do on the splits, and on every single picture. */
export function evaluations(database: Database) {
  return {
    /** Replaces what was known of this run and split. */
    saveEvaluation(evaluation: Evaluation, images: JudgedImage[]): void {
      const { runId, split } = evaluation;
      database.transaction(() => {
        database.run('DELETE FROM evaluations WHERE run_id = ? AND split = ?', runId, split);
        database.run(
          'INSERT INTO evaluations (run_id, split, document) VALUES (?, ?, ?)',
          runId,
          split,
          JSON.stringify(evaluation),
        );
        for (const [rank, image] of images.toSorted(worstFirst).entries()) {
          database.run(
            `INSERT INTO judged_images (run_id, split, rank, image_id, truth, predicted, confidence, loss)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
            runId,
            split,
            rank,
            image.imageId,
            image.truth,
            image.predicted,
            image.confidence,
            image.loss,
          );
        }
      });
    },

    evaluation(runId: string, split: Split): Evaluation | null {
      const row = database.get<{ document: string }>(
        'SELECT document FROM evaluations WHERE run_id = ? AND split = ?',
        runId,
        split,
      );
      return row === undefined ? null : evaluationSchema.parse(JSON.parse(row.document));
    },

    /** Mistakes first, the greatest loss first. Pictures that were deleted since are left out. */
    judgedImages(
      runId: string,
      split: Split,
      cell: Cell,
      offset: number,
      limit: number,
    ): { total: number; images: JudgedImage[] } {
      const { where, values } = cellSql(runId, split, cell);
      const from = 'judged_images AS judged JOIN images ON images.id = image_id AND images.deleted = 0';
      const count = database.get<{ total: number }>(
        `SELECT count(*) AS total FROM ${from} WHERE ${where}`,
        ...values,
      );
      const rows = database.all<JudgedImage>(
        `SELECT image_id AS imageId, name, truth, judged.predicted, judged.confidence, judged.loss
         FROM ${from} WHERE ${where} ORDER BY rank LIMIT ? OFFSET ?`,
        ...values,
        limit,
        offset,
      );
      return { total: count?.total ?? 0, images: rows.map((row) => ({ ...row })) };
    },
  };
}

function worstFirst(a: JudgedImage, b: JudgedImage): number {
  const mistakes = Number(b.truth !== b.predicted) - Number(a.truth !== a.predicted);
  return mistakes || b.loss - a.loss || a.imageId - b.imageId;
}

function cellSql(runId: string, split: Split, cell: Cell): { where: string; values: SQLInputValue[] } {
  const conditions = ['judged.run_id = ?', 'judged.split = ?'];
  const values: SQLInputValue[] = [runId, split];
  for (const column of ['truth', 'predicted'] as const) {
    const wanted = cell[column];
    if (wanted === undefined) continue;
    conditions.push(`judged.${column} = ?`);
    values.push(wanted);
  }
  if (cell.mistakesOnly) conditions.push('judged.truth <> judged.predicted');
  return { where: conditions.join(' AND '), values };
}
