import { selectionOf, toggled, type SelectionGesture } from './grid-selection.ts';

/** What the choice needs to know of the grid. */
export interface ChoiceOf {
  /** The chosen pictures where a screen keeps them; otherwise they are kept here. */
  selection: () => ReadonlySet<number> | undefined;
  /** Hears of every change. */
  onselection: (selection: ReadonlySet<number>) => void;
  /** The picture of a tile; undefined while it is fetched. */
  idAt: (index: number) => number | undefined;
  /** Ids of the tiles from `first` to before `end`, fetched or not. */
  idsIn: (first: number, end: number) => Promise<readonly number[]>;
}

/** Which pictures of a grid are chosen, by id, and the ranges that Shift makes. */
export class GridChoice {
  readonly #of: ChoiceOf;
  #own = $state.raw<ReadonlySet<number>>(selectionOf([]));
  /** Where a range begins. */
  #anchor = 0;

  constructor(of: ChoiceOf) {
    this.#of = of;
  }

  get chosen(): ReadonlySet<number> {
    return this.#of.selection() ?? this.#own;
  }

  choose(next: ReadonlySet<number>): void {
    this.#own = next;
    this.#of.onselection(next);
  }

  /** The next range begins at this tile. */
  anchorAt(index: number): void {
    this.#anchor = index;
  }

  async select(index: number, gesture: SelectionGesture): Promise<void> {
    if (gesture === 'range') {
      const [first, end] = [Math.min(this.#anchor, index), Math.max(this.#anchor, index) + 1];
      this.choose(selectionOf(await this.#of.idsIn(first, end)));
      return;
    }
    const id = this.#of.idAt(index);
    this.#anchor = index;
    if (id === undefined) return;
    this.choose(gesture === 'toggle' ? toggled(this.chosen, id) : selectionOf([id]));
  }

  /** The tiles of these runs besides `kept`; what was fetched is not asked for. */
  async chooseRuns(
    runs: readonly { first: number; end: number }[],
    kept: ReadonlySet<number>,
  ): Promise<void> {
    const ids = await Promise.all(runs.map(({ first, end }) => this.#fetchedOrAsked(first, end)));
    this.choose(selectionOf([...kept, ...ids.flat()]));
  }

  async chooseAll(count: number): Promise<void> {
    this.choose(selectionOf(await this.#of.idsIn(0, count)));
  }

  /** The chosen pictures where that of this tile is among them, otherwise it alone. */
  targetsAt(index: number): readonly number[] {
    const id = this.#of.idAt(index);
    if (id === undefined) return [];
    return this.chosen.has(id) ? [...this.chosen] : [id];
  }

  targetCountAt(index: number): number {
    const id = this.#of.idAt(index);
    if (id === undefined) return 0;
    return this.chosen.has(id) ? this.chosen.size : 1;
  }

  #fetchedOrAsked(first: number, end: number): readonly number[] | Promise<readonly number[]> {
    const ids = Array.from({ length: end - first }, (_, at) => this.#of.idAt(first + at));
    const known = ids.filter((id) => id !== undefined);
    return known.length === ids.length ? known : this.#of.idsIn(first, end);
  }
}
