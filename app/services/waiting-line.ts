/** What waits, in the order in which it is to be done; some of it may be held, and keeps its place meanwhile. */
export class WaitingLine {
  #order: string[] = [];

  get ids(): readonly string[] {
    return this.#order;
  }

  /** 0 for the next one; −1 for what does not wait. */
  placeOf(id: string): number {
    return this.#order.indexOf(id);
  }

  append(id: string): void {
    this.#order.push(id);
  }

  /** In front of all others. */
  putFirst(id: string): void {
    this.#order.unshift(id);
  }

  /** False where it does not wait. */
  remove(id: string): boolean {
    const place = this.placeOf(id);
    if (place !== -1) this.#order.splice(place, 1);
    return place !== -1;
  }

  /** Behind the last one counts as the last place. False where it does not wait. */
  move(id: string, place: number): boolean {
    if (!this.remove(id)) return false;
    this.#order.splice(place, 0, id);
    return true;
  }
}
