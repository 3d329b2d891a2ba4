/** How fast an old measurement is forgotten, seconds. */
const memory = 10;
/** Nothing is said before this much of the work was watched, seconds. */
const shortest = 0.5;

/** Seconds left of a piece of work, from how fast it went lately. */
export class Eta {
  #last: { at: number; done: number } | null = null;
  #rate: number | null = null;

  /**
   * @param done units finished, of `total`
   * @param now seconds of any clock that only goes forward
   * @returns seconds left, or null while it is not known
   */
  update(done: number, total: number | null, now: number): number | null {
    if (this.#last === null || done < this.#last.done) {
      // Another piece of the work, with a pace of its own: first pictures are decoded, then trained on.
      this.#last = { at: now, done };
      this.#rate = null;
      return null;
    }
    const seconds = now - this.#last.at;
    if (seconds >= shortest && done > this.#last.done) {
      const rate = (done - this.#last.done) / seconds;
      const weight = this.#rate === null ? 1 : 1 - Math.exp(-seconds / memory);
      this.#rate = (this.#rate ?? 0) + weight * (rate - (this.#rate ?? 0));
      this.#last = { at: now, done };
    }
    if (this.#rate === null || total === null) return null;
    return Math.max(0, (total - done) / this.#rate);
  }
}
