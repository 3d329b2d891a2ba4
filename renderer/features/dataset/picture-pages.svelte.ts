import { SvelteMap } from 'svelte/reactivity';
import {
  errorFromReport,
  reportError,
  type ImageFilter,
  type ImageRow,
  type TesseraError,
} from '../../../app/contract/index.ts';
import type { client } from '../../client/index.ts';

/** Rows that are asked for at once. */
export const pageSize = 200;
/** Requests under way at the same time: a quick scroll skips pages instead of queueing them. */
const lanes = 2;

/**
 * The pictures of a filter, fetched by the page where they are seen. When something changed, what is shown stays
 * until its fresh rows are there.
 */
export class PicturePages {
  /** How many pictures the filter has; null until it is known. */
  total = $state<number | null>(null);
  /** Changes with every new filter, once its first rows are there: a grid begins at its top again. */
  listNumber = $state(0);
  error = $state.raw<TesseraError | null>(null);
  readonly #api: Pick<typeof client, 'dataset'>;
  readonly #projectId: string;
  readonly #pages = new SvelteMap<number, readonly ImageRow[]>();
  /** Pages whose rows are shown but may be out of date. */
  #stale: readonly number[] = [];
  #underWay: readonly number[] = [];
  #filter: ImageFilter = {};
  /** Counts the filters; an answer to an earlier one is left alone. */
  #asked = 0;
  /** The one whose rows are shown. */
  #shown = 0;
  /** Counts the changes; an answer that was asked for before one is stale. */
  #changes = 0;
  #visible = { first: 0, end: 1 };
  /** Which way the grid was scrolled last: 1 downwards, −1 upwards, 0 for a list that was not scrolled yet. */
  #direction: -1 | 0 | 1 = 0;

  constructor(api: Pick<typeof client, 'dataset'>, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  get filter(): ImageFilter {
    return this.#filter;
  }

  /** Another filter; what was shown stays until its first rows are there. */
  async show(filter: ImageFilter): Promise<void> {
    this.#filter = filter;
    this.#asked += 1;
    const [asked, changes] = [this.#asked, this.#changes];
    await this.#guard(async () => {
      const { total, images } = await this.#fetch(0);
      if (asked !== this.#asked) return;
      this.#underWay = [];
      this.#pages.clear();
      this.#visible = { first: 0, end: 1 };
      this.#direction = 0;
      this.#pages.set(0, images);
      this.#stale = changes === this.#changes ? [] : [0];
      this.total = total;
      this.listNumber += 1;
      this.#shown = asked;
    });
    this.#pump();
  }

  /** Undefined while it is not fetched. */
  at(index: number): ImageRow | undefined {
    return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  /** Shows another class on pictures at once; what is read after the answer takes its place. */
  give(imageIds: readonly number[], classId: number | null): void {
    const given = Object.fromEntries(imageIds.map((id) => [id, true]));
    for (const [page, rows] of [...this.#pages]) {
      if (!rows.some(({ id }) => given[id])) continue;
      this.#pages.set(
        page,
        rows.map((row) => (given[row.id] ? { ...row, classId } : row)),
      );
    }
  }

  /** The tiles that are seen now, `end` excluded. */
  want(range: { first: number; end: number }): void {
    const by = range.first - this.#visible.first;
    if (by !== 0) this.#direction = by > 0 ? 1 : -1;
    this.#visible = range;
    this.#pump();
  }

  /** Something changed: what is seen is read again, the rest when it is seen. */
  refresh(): void {
    this.#changes += 1;
    if (this.#shown !== this.#asked) {
      void this.show(this.#filter);
      return;
    }
    const seen = this.#seen();
    for (const page of [...this.#pages.keys()]) if (!seen.includes(page)) this.#pages.delete(page);
    this.#stale = seen.filter((page) => this.#pages.has(page));
    this.#pump();
  }

  /** Ids from `first` to before `end`, fetched or not. */
  async idsIn(first: number, end: number): Promise<readonly number[]> {
    const ids = await this.#api.dataset.imageIds({ projectId: this.#projectId, filter: this.#filter });
    return ids.slice(first, end);
  }

  /** Pages of what is seen; the first one always, because it tells how many there are. */
  #seen(): number[] {
    const first = Math.floor(this.#visible.first / pageSize);
    const last = Math.floor(Math.max(this.#visible.first, this.#visible.end - 1) / pageSize);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  }

  /** What is seen, then the page that is scrolled to: its rows are there before its tiles are. */
  #wanted(): number[] {
    const seen = this.#seen();
    const next = this.#direction === 1 ? Math.max(...seen) + 1 : Math.min(...seen) - 1;
    const isThere = this.#direction !== 0 && next >= 0 && next * pageSize < (this.total ?? 0);
    return isThere ? [...seen, next] : seen;
  }

  #pump(): void {
    // Before the first rows of a filter are there nothing else is asked for.
    if (this.#shown !== this.#asked || this.#asked === 0) return;
    const missing = this.#wanted().filter(
      (page) => !this.#underWay.includes(page) && (!this.#pages.has(page) || this.#stale.includes(page)),
    );
    for (const page of missing.slice(0, lanes - this.#underWay.length)) void this.#load(page);
  }

  async #load(page: number): Promise<void> {
    const [asked, changes] = [this.#asked, this.#changes];
    this.#underWay = [...this.#underWay, page];
    const done = await this.#guard(async () => {
      const { total, images } = await this.#fetch(page);
      if (asked !== this.#asked) return;
      this.#pages.set(page, images);
      const others = this.#stale.filter((one) => one !== page);
      this.#stale = changes === this.#changes ? others : [...others, page];
      this.total = total;
    });
    if (asked !== this.#asked) return;
    this.#underWay = this.#underWay.filter((one) => one !== page);
    // What failed is asked for again when the person scrolls, or something changes.
    if (done) this.#pump();
  }

  #fetch(page: number): Promise<{ total: number; images: ImageRow[] }> {
    const [projectId, filter] = [this.#projectId, this.#filter];
    return this.#api.dataset.images({ projectId, filter, offset: page * pageSize, limit: pageSize });
  }

  /** True when it went well. */
  async #guard(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.error = null;
      return true;
    } catch (error) {
      this.error = errorFromReport(reportError(error));
      return false;
    }
  }
}
