import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the page is told when it is not let in; the client's `Refusal`. */
export type SessionRefusal = 'tokenUsed' | 'tokenWrong' | 'tokenMissing' | 'tooMany';

/** Wrong tokens that are answered at once; each one after them waits twice as long as the one before, ms. */
const freeGuesses = 5;
const firstWait = 25;
const longestWait = 2000;
/** Wrong guesses that wait at the same time; more are turned away without a look. */
const maxWaiting = 20;

/**
 * Who may come in: whoever brings the one token of this start, once. What they get for it is a cookie with another
 * secret, good for as long as the host runs.
 */
export class Session {
  /** 256 bits, for the fragment of the address that is printed. */
  readonly token = secret();
  readonly #cookieValue = secret();
  readonly #cookieName: string;
  #used = false;
  #wrong = 0;
  #waiting = 0;

  /** Cookies do not tell ports apart, so the name does. */
  constructor(port: number) {
    this.#cookieName = `tessera_${port}`;
  }

  /** The `Set-Cookie` for the right token, or why not. The right one is never kept waiting by wrong ones. */
  async exchange(token: unknown): Promise<{ cookie: string } | { refusal: SessionRefusal }> {
    if (typeof token === 'string' && sameSecret(token, this.token)) {
      if (this.#used) return { refusal: 'tokenUsed' };
      this.#used = true;
      return { cookie: `${this.#cookieName}=${this.#cookieValue}; HttpOnly; SameSite=Strict; Path=/` };
    }
    return { refusal: await this.#slowDown() };
  }

  /** Whether a `Cookie` header holds the session. */
  isOpen(cookieHeader: string | undefined): boolean {
    return (cookieHeader ?? '').split(';').some((pair) => {
      const [name, value] = pair.trim().split('=', 2);
      return name === this.#cookieName && value !== undefined && sameSecret(value, this.#cookieValue);
    });
  }

  async #slowDown(): Promise<SessionRefusal> {
    if (this.#waiting >= maxWaiting) return 'tooMany';
    this.#wrong += 1;
    if (this.#wrong > freeGuesses) {
      this.#waiting += 1;
      await sleep(Math.min(longestWait, firstWait * 2 ** (this.#wrong - freeGuesses - 1)), undefined, {
        ref: false,
      });
      this.#waiting -= 1;
    }
    return 'tokenWrong';
  }
}

const secret = (): string => randomBytes(32).toString('base64url');

/** In constant time: of digests, so that not even the length shows. */
function sameSecret(given: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}
