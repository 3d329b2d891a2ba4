import type { ImageFilter, ImageRow } from '../../../app/contract/index.ts';
import type { client } from '../../client/index.ts';

/** The picture that is seen large, and its neighbours in the list that it was opened from. */
export class OpenedPicture {
  /** Null while none is open, or it is being read. */
  row = $state.raw<ImageRow | null>(null);
  /** The list as it was when a picture of it was opened: a new label does not make it jump. */
  ids = $state.raw<readonly number[]>([]);
  readonly index: number = $derived(this.row ? this.ids.indexOf(this.row.id) : -1);
  readonly #api: Pick<typeof client, 'dataset'>;
  readonly #projectId: string;
  #wanted: number | null = null;

  constructor(api: Pick<typeof client, 'dataset'>, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  /** Opens a picture, or closes it. Gives false where it is not there any more. */
  async show(imageId: number | null, filter: ImageFilter): Promise<boolean> {
    this.#wanted = imageId;
    if (imageId === null) {
      this.row = null;
      this.ids = [];
      return true;
    }
    const [row, ids] = await Promise.all([
      this.#find(imageId),
      this.ids.includes(imageId)
        ? this.ids
        : this.#api.dataset.imageIds({ projectId: this.#projectId, filter }),
    ]);
    if (this.#wanted !== imageId) return true;
    this.row = row;
    this.ids = ids;
    return row !== null;
  }

  /** Something changed: its label, its split. Gives false where the picture is gone. */
  async readAgain(): Promise<boolean> {
    const imageId = this.#wanted;
    if (imageId === null) return true;
    const row = await this.#find(imageId);
    if (this.#wanted !== imageId) return true;
    if (row) this.row = row;
    return row !== null;
  }

  /** The id so many places on; null beyond the ends. */
  neighbour(step: number): number | null {
    return this.index === -1 ? null : (this.ids[this.index + step] ?? null);
  }

  async #find(imageId: number): Promise<ImageRow | null> {
    const { images } = await this.#api.dataset.images({
      projectId: this.#projectId,
      filter: { ids: [imageId] },
      offset: 0,
      limit: 1,
    });
    return images[0] ?? null;
  }
}
