/**
 * Lets `work` happen at once, then at most every `interval` ms; asked for in between, it happens once at the end of
 * the interval. `flush` does now what would happen then.
 */
export class Throttle {
  readonly #interval: number;
  readonly #work: () => void;
  #resting = false;
  #pending = false;

  constructor(interval: number, work: () => void) {
    this.#interval = interval;
    this.#work = work;
  }

  ask(): void {
    if (this.#resting) this.#pending = true;
    else this.#do();
  }

  flush(): void {
    if (!this.#pending) return;
    this.#pending = false;
    this.#work();
  }

  #do(): void {
    this.#resting = true;
    this.#pending = false;
    const timer = setTimeout(() => {
      this.#resting = false;
      if (this.#pending) this.#do();
    }, this.#interval);
    timer.unref();
    this.#work();
  }
}
