/** How long what was removed can be brought back, ms. */
const regretTime = 8000;

/**
 * Takes one thing away after a moment in which that can be undone; sooner when another one is removed or the screen is left.
 */
export class Removal<Item> {
  /** What was removed last, while that can be undone. */
  item = $state.raw<Item | null>(null);

  readonly #carryOut: (item: Item) => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(carryOut: (item: Item) => Promise<void>) {
    this.#carryOut = carryOut;
  }

  async begin(item: Item): Promise<void> {
    await this.settle();
    this.item = item;
    this.#timer = setTimeout(() => void this.settle(), regretTime);
  }

  undo(): void {
    clearTimeout(this.#timer);
    this.item = null;
  }

  /** Carries out a removal that was not undone. */
  async settle(): Promise<void> {
    const { item } = this;
    if (item === null) return;
    this.undo();
    await this.#carryOut(item);
  }
}
