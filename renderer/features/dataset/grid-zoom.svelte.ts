import { remember, remembered } from '../../ui/index.ts';

/** Steps in either direction. */
const most = 6;
/** Tiles are never smaller or larger, px. */
const limits = { least: 40, most: 400 };

/** How large the tiles of the grid are: steps of a fifth, kept on this computer. */
export class GridZoom {
  #step = $state(Number(remembered('zoom') ?? 0) || 0);

  by(step: 1 | -1): void {
    this.#step = Math.max(-most, Math.min(most, this.#step + step));
    remember('zoom', String(this.#step));
  }

  /** A width, px, at this zoom. */
  of(width: number): number {
    return Math.round(Math.min(limits.most, Math.max(limits.least, width * 1.2 ** this.#step)));
  }
}
