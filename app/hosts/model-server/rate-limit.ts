/** A bucket of one client: how much is left in it, and when that was so. */
interface Bucket {
  left: number;
  at: number;
}

/** Clients that are remembered; beyond that those whose buckets are full again are forgotten. */
const remembered = 10_000;

/** So many requests a second for each client, and twice as many at once (a token bucket). */
export class RateLimit {
  readonly #perSecond: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /** `perSecond` 0: no limit. `now` in ms. */
  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#perSecond = perSecond;
    this.#now = now;
  }

  /** Seconds until `client` may ask again, 0 where it may now; then the request counts. */
  wait(client: string): number {
    if (this.#perSecond === 0) return 0;
    const at = this.#now();
    const bucket = this.#buckets.get(client);
    const left = Math.min(this.#most, bucket === undefined ? this.#most : this.#filled(bucket, at));
    const isAllowed = left >= 1;
    this.#buckets.set(client, { left: isAllowed ? left - 1 : left, at });
    if (this.#buckets.size > remembered) this.#forget(at);
    return isAllowed ? 0 : (1 - left) / this.#perSecond;
  }

  get #most(): number {
    return Math.max(1, 2 * this.#perSecond);
  }

  #filled({ left, at }: Bucket, now: number): number {
    return left + ((now - at) / 1000) * this.#perSecond;
  }

  #forget(now: number): void {
    for (const [client, bucket] of this.#buckets) {
      if (this.#filled(bucket, now) >= this.#most) this.#buckets.delete(client);
    }
  }
}
