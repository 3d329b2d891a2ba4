import { TesseraError, type Split } from '../contract/index.ts';
import { groupedSplit, type GroupedCandidate } from '../core/dataset/grouped-split.ts';
import { defaultRatios } from '../core/dataset/stratified-split.ts';
import type { Database } from './database.ts';
import { leakGroups } from './leak-groups.ts';
import { isTestLocked } from './test-lock.ts';

/** The same pictures are always divided in the same way. */
const importSeed = 1;
/** The part of the training pictures that validates where the source has none for that. */
const carvedRatios = { train: 0.9, val: 0.1, test: 0 };

/**
 * Gives a split to the labeled pictures of an import that have none: 80/10/10 where its source said nothing about
 * splits; else training, because what the source set aside for testing is not ours to add to. Then, where the
 * project has pictures to train and to test with but none to validate, takes those from training. Not journaled.
 */
export function splitImported(database: Database, importId: number): void {
  const source = database.get<{ has_splits: 0 | 1 }>('SELECT has_splits FROM imports WHERE id = ?', importId);
  if (source === undefined) {
    throw new TesseraError('invalidInput', { what: `Import ${importId}`, reason: 'it was never begun' });
  }
  const groups = leakGroups(database);
  const withGroups = (rows: readonly Omit<GroupedCandidate, 'group'>[]): GroupedCandidate[] =>
    rows.map((row) => ({ ...row, group: groups.get(row.imageId) ?? null }));
  const loose = withGroups(
    database.all(
      `SELECT id AS imageId, class_id AS classId, NULL AS split FROM images
       WHERE deleted = 0 AND class_id IS NOT NULL AND split IS NULL
         AND (import_id = ?1 OR id IN (SELECT image_id FROM origins WHERE import_id = ?1))`,
      importId,
    ),
  );
  const locked = isTestLocked(database);
  const settled = splitsOfGroups(database, groups);
  const follows = ({ group }: GroupedCandidate): boolean => group !== null && settled.has(group);
  setSplits(
    database,
    loose.filter(follows).flatMap(({ imageId, group }) => {
      const split = settled.get(group as number) as Split;
      return locked && split === 'test' ? [] : [[imageId, split] as const];
    }),
  );
  const rest = loose.filter((each) => !follows(each));
  setSplits(
    database,
    source.has_splits === 1
      ? rest.map(({ imageId }) => [imageId, 'train'] as const)
      : groupedSplit(rest, locked ? carvedRatios : defaultRatios, importSeed),
  );
  if (lacksValidation(database)) {
    const training = database.all<Omit<GroupedCandidate, 'group'>>(
      `SELECT id AS imageId, class_id AS classId, NULL AS split FROM images
       WHERE deleted = 0 AND class_id IS NOT NULL AND split = 'train'`,
    );
    setSplits(database, groupedSplit(withGroups(training), carvedRatios, importSeed));
  }
}

/** The split of every group that has one already: what is nearly the same as its pictures follows them. */
function splitsOfGroups(database: Database, groups: ReadonlyMap<number, number>): Map<number, Split> {
  const rows = database.all<{ id: number; split: Split }>(
    `SELECT id, split FROM images WHERE deleted = 0 AND class_id IS NOT NULL AND split IS NOT NULL
     ORDER BY split = 'train', id DESC`,
  );
  return new Map(
    rows.flatMap(({ id, split }) => (groups.has(id) ? [[groups.get(id) as number, split]] : [])),
  );
}

function lacksValidation(database: Database): boolean {
  const present = database.all<{ split: Split | null }>(
    'SELECT DISTINCT split FROM images WHERE deleted = 0 AND class_id IS NOT NULL',
  );
  const has = (split: Split): boolean => present.some((row) => row.split === split);
  return has('train') && has('test') && !has('val');
}

function setSplits(database: Database, splits: Iterable<readonly [imageId: number, split: Split]>): void {
  database.run(
    `UPDATE images SET split = wanted.value ->> 1
     FROM json_each(?) AS wanted
     WHERE images.id = wanted.value ->> 0 AND images.split IS NOT wanted.value ->> 1`,
    JSON.stringify([...splits]),
  );
}
