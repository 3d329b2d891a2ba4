/** Pictures whose rows were asked for, and those whose label is on its way: what is read meanwhile may be older. */
export class UnderWay {
  readonly #asked = new Set<number>();
  /** How many labels of a picture are not answered yet. */
  readonly #unsaved = new Map<number, number>();

  /** Those that nobody asked for so far; from now on they are. */
  ask(ids: readonly number[]): readonly number[] {
    const missing = ids.filter((id) => !this.#asked.has(id));
    for (const id of missing) this.#asked.add(id);
    return missing;
  }

  /** Asking for these failed, or (without ids) everything is asked for anew. */
  forget(ids?: readonly number[]): void {
    if (ids === undefined) this.#asked.clear();
    else for (const id of ids) this.#asked.delete(id);
  }

  isUnsaved(id: number): boolean {
    return this.#unsaved.has(id);
  }

  save(ids: readonly number[]): void {
    for (const id of ids) this.#unsaved.set(id, (this.#unsaved.get(id) ?? 0) + 1);
  }

  settle(ids: readonly number[]): void {
    for (const id of ids) {
      const left = (this.#unsaved.get(id) ?? 1) - 1;
      if (left === 0) this.#unsaved.delete(id);
      else this.#unsaved.set(id, left);
    }
  }
}
