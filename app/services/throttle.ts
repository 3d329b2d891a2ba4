/**
 * Lets `work` happen at once, then at most every `interval` ms; asked for in between, it happens once at the end of
 * the interval. `flush` does what is pending now.
 */
export class Throttle {
  readonly #interval: number;
  readonly #work: () => void;
  #timer: NodeJS.Timeout | null = null;
  #pending = false;

  constructor(interval: number, work: () => void) {
    this.#interval = interval;
    this.#work = work;
  }

  ask(): void {
    if (this.#timer !== null) {
      this.#pending = true;
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#pending) (this.flush(), this.ask());
    }, this.#interval);
    this.#timer.unref();
    this.#work();
  }

  flush(): void {
    if (!this.#pending) return;
    this.#pending = false;
    this.#work();
  }
}
