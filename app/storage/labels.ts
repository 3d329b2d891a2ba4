import { TesseraError, type Split, type SplitRatios } from '../contract/index.ts';
import { groupedSplit, type GroupedCandidate } from '../core/dataset/grouped-split.ts';
import { className } from './classes.ts';
import type { Database } from './database.ts';
import { recordPictures } from './journal.ts';
import { leakGroups } from './leak-groups.ts';
import { isTestLocked } from './test-lock.ts';

/** What the person does to pictures. Each is one transaction and one entry of the journal. */
export function labels(database: Database) {
  const change = (
    kind: 'label' | 'split' | 'deleteImages' | 'exclude' | 'note',
    imageIds: number[],
    value: number | string | null,
    summary: string,
  ): number => {
    requireImages(database, imageIds);
    return recordPictures(
      database,
      kind,
      imageIds.map((imageId) => [imageId, value] as const),
      summary,
    );
  };
  return {
    /** Gives the number of pictures changed. Throws `imageNotFound`, `classNotFound`, `testLocked`. */
    label(imageIds: number[], classId: number | null): number {
      return database.transaction(() =>
        change('label', imageIds, classId, classId === null ? '' : className(database, classId)),
      );
    },

    /**
     * Gives each picture the class that was predicted for it, where there is one that still exists. Throws
     * `imageNotFound`, `testLocked`.
     */
    acceptSuggestions(imageIds: number[]): number {
      return database.transaction(() => {
        requireImages(database, imageIds);
        const suggested = database.all<{ id: number; predicted: number }>(
          `SELECT images.id, predicted FROM json_each(?) AS wanted CROSS JOIN images ON images.id = wanted.value
           JOIN classes ON classes.id = predicted`,
          JSON.stringify(imageIds),
        );
        const values = suggested.map(({ id, predicted }) => [id, predicted] as const);
        return recordPictures(database, 'acceptSuggestions', values, '');
      });
    },

    /** Throws `imageNotFound`, `testLocked`. */
    moveToSplit(imageIds: number[], split: Split | null): void {
      database.transaction(() => change('split', imageIds, split, split ?? ''));
    },

    /** Throws `imageNotFound`, `testLocked`. */
    deleteImages(imageIds: number[]): void {
      database.transaction(() => change('deleteImages', imageIds, 1, ''));
    },

    /** Throws `imageNotFound`, `testLocked`. */
    exclude(imageIds: number[], excluded: boolean): void {
      database.transaction(() => change('exclude', imageIds, excluded ? 1 : 0, excluded ? 'out' : 'in'));
    },

    /** Throws `imageNotFound`. */
    setNote(imageId: number, note: string): void {
      database.transaction(() => change('note', [imageId], note.trim(), note.trim()));
    },

    /** Adds a tag, or takes it away; gives the number of pictures changed. Throws `imageNotFound`. */
    tag(imageIds: number[], tag: string, add: boolean): number {
      const name = tag.normalize('NFC').trim();
      return database.transaction(() => {
        requireImages(database, imageIds);
        const rows = database.all<{ id: number; tags: string }>(
          `SELECT images.id, tags FROM json_each(?) AS wanted CROSS JOIN images ON images.id = wanted.value`,
          JSON.stringify(imageIds),
        );
        const values = rows.map(({ id, tags }) => {
          const others = (JSON.parse(tags) as string[]).filter((one) => one !== name);
          return [id, JSON.stringify((add ? [...others, name] : others).toSorted())] as const;
        });
        return recordPictures(database, 'tags', values, add ? `+${name}` : `−${name}`);
      });
    },

    /**
     * Seeded and stratified over every labeled picture, near duplicates and bursts on one side; `keep` leaves those alone
     * that have a split. While the test set is locked it stays as it is, and its share goes to the others.
     */
    assignSplits(ratios: SplitRatios, seed: number, keep: boolean): void {
      database.transaction(() => {
        const locked = isTestLocked(database);
        const kept = keep
          ? 'split'
          : `CASE WHEN split = 'test' AND ${locked ? 1 : 0} THEN split END AS split`;
        const rows = database.all<Omit<GroupedCandidate, 'group'>>(
          `SELECT id AS imageId, class_id AS classId, ${kept}
           FROM images WHERE deleted = 0 AND excluded = 0 AND class_id IS NOT NULL`,
        );
        const groups = leakGroups(database);
        const candidates = rows.map((row) => ({ ...row, group: groups.get(row.imageId) ?? null }));
        const shares = [ratios.train, ratios.val, ratios.test].map((share) => Math.round(share * 100));
        const wanted = locked ? withoutTest(ratios) : ratios;
        // A twin of a locked test picture belongs to it, and so to no split that is learned from.
        const splits = [...groupedSplit(candidates, wanted, seed)].map(
          ([id, split]) => [id, locked && split === 'test' ? null : split] as const,
        );
        recordPictures(database, 'split', splits, shares.join(' / '));
      });
    },
  };
}

function withoutTest({ train, val }: SplitRatios): SplitRatios {
  const sum = train + val;
  return sum === 0 ? { train: 1, val: 0, test: 0 } : { train: train / sum, val: val / sum, test: 0 };
}

function requireImages(database: Database, imageIds: number[]): void {
  const missing = database.get<{ id: number }>(
    `SELECT wanted.value AS id FROM json_each(?) AS wanted
     WHERE NOT EXISTS (SELECT 1 FROM images WHERE id = wanted.value AND deleted = 0) LIMIT 1`,
    JSON.stringify(imageIds),
  );
  if (missing !== undefined) throw new TesseraError('imageNotFound', { image: missing.id });
}
