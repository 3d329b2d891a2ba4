import { errorFromReport, reportError, type TesseraError } from '../../app/contract/index.ts';

/** Between two tries, ms. */
const pause = 2000;

/**
 * Changes that could not be written because the disk is full, read-only or away. They are kept and tried again until they
 * are saved or given up; the frame says so as long as it lasts.
 */
export class WaitingSaves {
  /** Why nothing can be written now; null while it can. */
  error = $state.raw<TesseraError | null>(null);
  /** Changes that were asked for and are not saved yet, while there is an error. */
  count = $state(0);
  readonly #pause: number;
  /** Ends the pause of each that waits. */
  readonly #wakes: (() => void)[] = [];
  /** Another number after everything was given up. */
  #round = 0;

  constructor(between = pause) {
    this.#pause = between;
  }

  /** Of now; what was asked for in an earlier one was given up. */
  get round(): number {
    return this.#round;
  }

  /** What `work` gives or throws; not being able to write is no reason to throw until it was given up. */
  async run<T>(work: () => Promise<T>, round = this.#round): Promise<T> {
    this.count += 1;
    try {
      for (;;) {
        try {
          const answer = await work();
          this.error = null;
          return answer;
        } catch (thrown) {
          const error = errorFromReport(reportError(thrown));
          if (error.code !== 'projectNotWritable' || round !== this.#round) throw thrown;
          this.error = error;
          await this.#wait();
          if (round !== this.#round) throw thrown;
        }
      }
    } finally {
      this.count -= 1;
      if (this.count === 0) this.error = null;
    }
  }

  tryNow(): void {
    for (const wake of [...this.#wakes]) wake();
  }

  /** Everything that waits fails with its error. */
  giveUp(): void {
    this.#round += 1;
    this.error = null;
    this.tryNow();
  }

  async #wait(): Promise<void> {
    await new Promise<void>((resolve) => {
      const go = (): void => {
        clearTimeout(timer);
        const place = this.#wakes.indexOf(go);
        if (place !== -1) this.#wakes.splice(place, 1);
        resolve();
      };
      const timer = setTimeout(go, this.#pause);
      this.#wakes.push(go);
    });
  }
}

export const waitingSaves = new WaitingSaves();
