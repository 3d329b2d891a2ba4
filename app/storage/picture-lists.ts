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
    return byDay(this.of(ungrouped).ids, this.#dated());
  }

  /** Every picture with the quarter of an hour in which it was taken, or else came; mostly in the order of time. */
  #dated(): Dated {
    const row = this.#database.get<{ ids: string; quarters: string; last: number | null }>(
      `SELECT json_group_array(id) AS ids, json_group_array(CAST(floor(${dateSql} / ${quarter}.0) AS INTEGER)) AS quarters,
         max(id) AS last
       FROM images INDEXED BY live_images_by_date WHERE deleted = 0`,
    );
    return {
      ids: JSON.parse(row?.ids ?? '[]') as number[],
      quarters: JSON.parse(row?.quarters ?? '[]') as number[],
      last: row?.last ?? 0,
    };
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

/** ms. Which day it belongs to can be said of the whole of it: every change of a clock, and every zone, is at one. */
const quarter = 900_000;

/** Pictures and, in the same order, the quarters of an hour since 1970 that are theirs; `last` is the greatest id. */
interface Dated {
  ids: readonly number[];
  quarters: readonly number[];
  last: number;
}

/** A day here, from its first quarter of an hour to before that of the next one. */
interface Day {
  key: string;
  from: number;
  end: number;
  members: number[];
}

/** `ids` in the order of their days; those of one day keep theirs. */
function byDay(ids: readonly number[], dated: Dated): PictureListing {
  const days: Day[] = [];
  const places = new Map<string, number>();
  const placeOf = new Int32Array(dated.last + 1);
  let place = -1;
  dated.ids.forEach((id, at) => {
    const now = dated.quarters[at] as number;
    const before = days[place];
    // In the order of time, mostly it is the day of the one before.
    if (before === undefined || now < before.from || now >= before.end) {
      const day = dayOf(now);
      place = places.get(day.key) ?? days.push(day) - 1;
      places.set(day.key, place);
    }
    placeOf[id] = place;
  });
  for (const id of ids) days[placeOf[id] as number]?.members.push(id);
  const sorted = days
    .filter(({ members }) => members.length > 0)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return {
    ids: sorted.flatMap(({ members }) => members),
    groups: sorted.map(({ key, members }) => ({ key, count: members.length })),
  };
}

/** The day of a quarter of an hour, still without pictures. */
function dayOf(now: number): Day {
  const date = new Date(now * quarter);
  const midnight = (days: number): number =>
    Math.floor(new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime() / quarter);
  return { key: localDay(date), from: midnight(0), end: midnight(1), members: [] };
}

/** `2026-11-25`. */
function localDay(date: Date): string {
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
