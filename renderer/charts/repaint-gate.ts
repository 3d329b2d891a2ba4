/**
 * Lets a painter run at most once every `interval` milliseconds, and not at all while nobody can see it. Requests
 * in between are joined into one; a request made while hidden is kept until `show()`.
 */
export class RepaintGate {
  readonly #paint: () => void;
  readonly #interval: number;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #lastPaint = -Infinity;
  #visible = true;
  #wanted = false;

  constructor(paint: () => void, interval = 100) {
    this.#paint = paint;
    this.#interval = interval;
  }

  /** Whether somebody can see it. */
  get isOpen(): boolean {
    return this.#visible;
  }

  request(): void {
    this.#wanted = true;
    if (!this.#visible || this.#timer !== null) return;
    const wait = Math.max(0, this.#lastPaint + this.#interval - performance.now());
    this.#timer = setTimeout(() => this.#run(), wait);
  }

  show(): void {
    this.#visible = true;
    if (this.#wanted) this.request();
  }

  hide(): void {
    this.#visible = false;
    this.#cancelTimer();
  }

  close(): void {
    this.#cancelTimer();
    this.#wanted = false;
  }

  #run(): void {
    this.#timer = null;
    this.#wanted = false;
    this.#lastPaint = performance.now();
    this.#paint();
  }

  #cancelTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
