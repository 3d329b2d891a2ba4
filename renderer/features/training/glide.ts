/** Stretches a second. */
const speed = 1;

/** Moves what is shown on and on, with every frame, until it is ended. */
export class Glide {
  readonly #move: (share: number) => void;
  #frame: number | null = null;

  /** `move` hears by which share of what is shown. */
  constructor(move: (share: number) => void) {
    this.#move = move;
  }

  begin(direction: 1 | -1): void {
    if (this.#frame !== null) return;
    let last = performance.now();
    const go = (now: number): void => {
      const seconds = Math.max(0, now - last) / 1000;
      last = now;
      this.#move(direction * speed * seconds);
      this.#frame = requestAnimationFrame(go);
    };
    this.#frame = requestAnimationFrame(go);
  }

  end(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
  }
}
