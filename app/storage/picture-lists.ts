import type { ImageFilter, ImageGroup } from '../contract/index.ts';
import { teachingOrder, weighedPictures } from '../core/labeling/teaching-order.ts';
import type { Database } from './database.ts';
import { dateSql, filterSql } from './image-filter.ts';

/** All pictures of a filter in their order, and where its groups begin. */
export interface PictureListing {
  ids: readonly number[];
  groups: readonly { key: string; count: number }[];
}

/** Filters whose lists are kept: a grid, its groups, a picture opened from it, a queue. */
const kept = 4;

/**
 * The lists of the last few filters, for as long as nothing is changed. A grid that scrolls asks for page after page of
 * the same list: sorting 100,000 pictures for each of them would take longer than a frame.
 */
export class PictureLists {
  readonly #database: Database;
  readonly #lists = new Map<string, PictureListing>();
  #version = -1;
  #usualSide: number | null = null;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Shorter side of the picture in the middle, pixels; 0 without pictures. */
  get usualSide(): number {
    this.#forgetOld();
    this.#usualSide ??=
      this.#database.get<{ side: number }>(
        `SELECT min(width, height) AS side FROM images WHERE deleted = 0 ORDER BY 1
         LIMIT 1 OFFSET (SELECT count(*) / 2 FROM images WHERE deleted = 0)`,
      )?.side ?? 0;
    return this.#usualSide;
  }

  of(filter: ImageFilter): PictureListing {
    this.#forgetOld();
    const key = JSON.stringify(Object.entries(filter).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const found = this.#lists.get(key) ?? this.#read(filter);
    this.#lists.delete(key);
    this.#lists.set(key, found);
    const [oldest] = this.#lists.keys();
    if (this.#lists.size > kept && oldest !== undefined) this.#lists.delete(oldest);
    return found;
  }

  #forgetOld(): void {
    if (this.#version === this.#database.version) return;
    this.#version = this.#database.version;
    this.#lists.clear();
    this.#usualSide = null;
  }

  /** As one JSON list: a hundred thousand rows of one number would be as many objects. */
  #read(filter: ImageFilter): PictureListing {
    if (filter.group === 'day') return this.#readDays(filter);
    const { from, where, order, group, values } = filterSql(filter, this);
    const row = this.#database.get<{ ids: string; keys: string | null }>(
      `SELECT json_group_array(id) AS ids${group === null ? '' : ', json_group_array(key) AS keys'} FROM (
         SELECT images.id AS id${group === null ? '' : `, ${group} AS key`}
         FROM ${from} WHERE ${where} ORDER BY ${order}
       )`,
      ...values,
    );
    const ids = JSON.parse(row?.ids ?? '[]') as number[];
    return {
      ids: filter.sort === 'teaches' ? this.#teaching(ids) : ids,
      groups: runs(JSON.parse(row?.keys ?? '[]') as (string | number)[]),
    };
  }

  /**
   * By the days where this computer is; pictures of one day keep their order, which is that of the list without groups and
   * mostly at hand: it was shown just before.
   */
  #readDays({ group: _, ...ungrouped }: ImageFilter): PictureListing {
    return byDay(this.of(ungrouped).ids, this.#quarterOf());
  }

  /**
   * The quarter of an hour of every picture, by its id. Which day a moment belongs to is found out once for each of them:
   * every change of a clock, and every zone, is at one.
   */
  #quarterOf(): readonly (number | undefined)[] {
    const row = this.#database.get<{ ids: string; quarters: string }>(
      `SELECT json_group_array(id) AS ids, json_group_array(CAST(floor(${dateSql} / ${quarter}.0) AS INTEGER)) AS quarters
       FROM images NOT INDEXED WHERE deleted = 0`,
    );
    const quarters = JSON.parse(row?.quarters ?? '[]') as number[];
    const byId: (number | undefined)[] = [];
    (JSON.parse(row?.ids ?? '[]') as number[]).forEach((id, at) => (byId[id] = quarters[at]));
    return byId;
  }

  /** Only those at the front are weighed, so the fingerprints of the others stay where they are. */
  #teaching(ids: number[]): number[] {
    const front = ids.slice(0, weighedPictures);
    const rows = this.#database.all<{ id: number; confidence: number | null; fingerprint: string | null }>(
      `SELECT images.id, confidence, fingerprints.value AS fingerprint
       FROM json_each(?) AS wanted CROSS JOIN images ON images.id = wanted.value
       LEFT JOIN fingerprints ON image_id = images.id ORDER BY wanted.key`,
      JSON.stringify(front),
    );
    return [...teachingOrder(rows), ...ids.slice(weighedPictures)];
  }
}

/** ms. */
const quarter = 900_000;

/** `quarterOf`: since 1970, by the id of the picture. */
function byDay(ids: readonly number[], quarterOf: readonly (number | undefined)[]): PictureListing {
  const days = new Map<string, number[]>();
  const known = new Map<number, number[]>();
  let before = NaN;
  let members: number[] = [];
  for (const id of ids) {
    const now = quarterOf[id] as number;
    // Pictures come in bursts: mostly it is that of the one before.
    if (now !== before) {
      const day = known.has(now) ? '' : localDay(now * quarter);
      members = known.get(now) ?? days.get(day) ?? [];
      known.set(now, members);
      if (day !== '') days.set(day, members);
      before = now;
    }
    members.push(id);
  }
  const sorted = [...days].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    ids: sorted.flatMap(([, each]) => each),
    groups: sorted.map(([key, { length }]) => ({ key, count: length })),
  };
}

/** `2026-11-25`. */
function localDay(moment: number): string {
  const date = new Date(moment);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Keys that follow each other as groups with their counts. */
function runs(keys: readonly (string | number)[]): { key: string; count: number }[] {
  const groups: { key: string; count: number }[] = [];
  for (const each of keys) {
    const key = String(each);
    const last = groups.at(-1);
    if (last?.key === key) last.count++;
    else groups.push({ key, count: 1 });
  }
  return groups;
}

/** The groups with what a person calls them. */
export function namedGroups(
  database: Database,
  groups: PictureListing['groups'],
  grouping: ImageFilter['group'],
): ImageGroup[] {
  const names = new Map<string, string>();
  if (grouping === 'class') {
    for (const { id, name } of database.all<{ id: number; name: string }>('SELECT id, name FROM classes')) {
      names.set(String(id), name);
    }
  }
  if (grouping === 'import') {
    const imports = database.all<{ id: number; at: number }>('SELECT id, begun_at AS at FROM imports');
    for (const { id, at } of imports) names.set(String(id), String(at));
  }
  return groups.map(({ key, count }) => ({ key, name: names.get(key) ?? '', count }));
}
