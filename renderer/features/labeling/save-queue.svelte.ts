import { waitingSaves } from '../../ui/waiting-saves.svelte.ts';

/**
 * Calls that change something, one after another in the order in which they were asked for. What cannot be written now
 * waits, and everything behind it.
 */
export class SaveQueue {
  /** How many were asked for and not answered yet. */
  waiting = $state(0);
  /** True once something was saved. */
  hasSaved = $state(false);
  #last: Promise<unknown> = Promise.resolve();

  /** What `work` gives or throws, after everything that was asked for before it. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.waiting += 1;
    const before = this.#last;
    const mine = waitingSaves.run(() => before.then(work));
    this.#last = mine.catch(() => undefined);
    try {
      const answer = await mine;
      this.hasSaved = true;
      return answer;
    } finally {
      this.waiting -= 1;
    }
  }

  /** Resolves when everything that was asked for so far is answered. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
