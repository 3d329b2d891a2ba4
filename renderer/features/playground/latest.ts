/**
 * Runs an asynchronous piece of work for the newest input only: one at a time, and of the inputs that arrive
 * meanwhile just the last is kept. A drawing is asked about as fast as answers come, never faster.
 */
export class Latest<Input> {
  readonly #work: (input: Input) => Promise<void>;
  #next: { input: Input } | null = null;
  #running = false;

  /** `work` handles its own errors; it must not reject. */
  constructor(work: (input: Input) => Promise<void>) {
    this.#work = work;
  }

  offer(input: Input): void {
    this.#next = { input };
    if (!this.#running) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#running = true;
    try {
      while (this.#next) {
        const { input } = this.#next;
        this.#next = null;
        await this.#work(input);
      }
    } finally {
      this.#running = false;
    }
  }
}
