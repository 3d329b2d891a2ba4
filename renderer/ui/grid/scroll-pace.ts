/** Above so many heights of the view a second nothing is recognised in what goes by. */
const tooManyViews = 6;
/** So many quick moves in a row are a race; one of them is a jump, after which the person looks. */
const movesOfRace = 3;
/** Without a move for so long the grid stands still, ms. */
const rest = 90;

/** How quickly a grid is scrolled. Moments are those of `performance.now()`, ms. */
export class ScrollPace {
  #top = 0;
  #at = -Infinity;
  #quickMoves = 0;

  /** The view of that height, px, begins at `top` now. */
  moved(top: number, height: number, now: number): void {
    const passed = now - this.#at;
    const views = Math.abs(top - this.#top) / Math.max(1, height);
    const isQuick = passed < rest && views > (tooManyViews * passed) / 1000;
    this.#quickMoves = isQuick ? this.#quickMoves + 1 : 0;
    this.#top = top;
    this.#at = now;
  }

  /** Whether pictures pass too quickly to be seen. */
  isRacing(now: number): boolean {
    return this.#quickMoves >= movesOfRace && now - this.#at < rest;
  }
}
