import { SvelteMap } from 'svelte/reactivity';
import type { ImageFilter, ImageRow } from '../../../app/contract/index.ts';
import type { client } from '../../client/index.ts';
import { firstChanged, snapshotOf, type Snapshot } from './label-change.ts';
import { inRanges, joined, nextOf, without, type Ids } from './picture-ids.ts';
import { waitingForLabel } from './shown-filter.ts';
import { UnderWay } from './under-way.ts';

/** The most rows that the services give at once. */
const most = 1000;

/**
 * The pictures that are gone through: all their ids, and the rows of those near what is shown. The ids are a snapshot,
 * so that a picture stays where it is when its new label no longer fits the filter.
 */
export class PictureList {
  ids = $state.raw<Ids>([]);
  readonly #api: Pick<typeof client, 'dataset'>;
  readonly #projectId: string;
  readonly #rows = new SvelteMap<number, ImageRow>();
  readonly #underWay = new UnderWay();
  /** Taken out of the list; undo may bring them back. */
  #removed: Ids = [];

  constructor(api: Pick<typeof client, 'dataset'>, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  /** Undefined beyond the ends, and while it is being fetched. */
  at(index: number): ImageRow | undefined {
    return this.#rows.get(this.ids[index] ?? -1);
  }

  /** Another list. */
  replace(ids: Ids): void {
    this.ids = ids;
    this.#rows.clear();
    this.#underWay.forget();
    this.#removed = [];
  }

  /** Pictures came or went: what is gone leaves the list, what is new and fits the filter joins it. */
  async join(filter: ImageFilter): Promise<void> {
    const isAll = Object.keys(filter).length === 0;
    const [fitting, kept]: [Ids, Ids] = await Promise.all([
      this.find(filter),
      isAll ? [] : this.find({ ids: [...this.ids, ...this.#removed] }),
    ]);
    if (filter.sort === undefined) {
      this.ids = joined(fitting, kept);
      return;
    }
    // An order of its own is kept as it was when the person began; what is new comes last.
    const stays = this.ids.filter((id) => kept.includes(id));
    this.ids = [...stays, ...without(fitting, stays)];
  }

  /** The ids of the project's pictures that fit. */
  find(filter: ImageFilter): Promise<Ids> {
    return this.#api.dataset.imageIds({ projectId: this.#projectId, filter });
  }

  /** The first that waits for a label after `index`, beginning again at the top; null where there is none. */
  async nextUnlabeled(index: number): Promise<number | null> {
    return nextOf(this.ids, await this.find(waitingForLabel), index);
  }

  /** Fetches the rows from `first` to before `end` that are not there. */
  async need(first: number, end: number): Promise<void> {
    const missing = this.#underWay.ask(inRanges(this.ids, [{ first, end }], most));
    try {
      await this.#fetch(missing);
    } catch (error) {
      this.#underWay.forget(missing);
      throw error;
    }
  }

  /** Reads the rows of these ranges again, at most a thousand; the others when they are needed. */
  async readAgain(ranges: readonly { first: number; end: number }[]): Promise<void> {
    const near = inRanges(this.ids, ranges, most);
    this.#underWay.forget();
    this.#underWay.ask(near);
    for (const id of without([...this.#rows.keys()], near)) this.#rows.delete(id);
    await this.#fetch(near);
  }

  /** Shows another class on those that are here, until `settle`; gives the rows that they had before. */
  give(imageIds: Ids, classId: number | null): readonly ImageRow[] {
    this.#underWay.save(imageIds);
    const rows = imageIds.map((id) => this.#rows.get(id)).filter((row) => row !== undefined);
    for (const row of rows) this.#rows.set(row.id, { ...row, classId });
    return rows;
  }

  /** What `give` showed is answered. */
  settle(imageIds: Ids): void {
    this.#underWay.settle(imageIds);
  }

  /** Takes back what `give` showed, but for pictures that were given something else since; gives those taken back. */
  takeBack(before: readonly ImageRow[], given: number | null): readonly ImageRow[] {
    const rows = before.filter(({ id }) => this.#rows.get(id)?.classId === given);
    for (const row of rows) this.#rows.set(row.id, row);
    return rows;
  }

  remove(imageIds: Ids): void {
    this.ids = without(this.ids, imageIds);
    this.#removed = [...this.#removed, ...imageIds];
  }

  snapshot(): Snapshot {
    return snapshotOf(this.ids, this.#rows.values());
  }

  /** The place of the first picture that is not as it was; null for none. */
  firstChanged(before: Snapshot): number | null {
    return firstChanged(before, this.ids, (id) => this.#rows.get(id));
  }

  async #fetch(ids: Ids): Promise<void> {
    if (ids.length === 0) return;
    const { images } = await this.#api.dataset.images({
      projectId: this.#projectId,
      filter: { ids: [...ids] },
      offset: 0,
      limit: ids.length,
    });
    for (const row of images) if (!this.#underWay.isUnsaved(row.id)) this.#rows.set(row.id, row);
  }
}
