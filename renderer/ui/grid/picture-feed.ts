import { ScrollPace } from './scroll-pace.ts';

/** What is needed of an image element. */
export type FedImage = Pick<HTMLImageElement, 'src' | 'removeAttribute'>;

/** Addresses given in one frame, about a row's: the page itself begins each of the requests, which takes part of the frame. */
const perFrame = 12;
/** Pictures on their way at once: those that are scrolled to next do not queue behind those that were passed. */
const atOnce = 18;

/**
 * Gives the images of a grid their addresses: those in the view first, a few a frame, and none while the grid races by.
 * An image that waits is empty, so that no picture is ever seen in the tile of another.
 */
export class PictureFeed {
  readonly #waiting = new Map<FedImage, { src: string; index: number }>();
  readonly #coming = new Set<FedImage>();
  readonly #pace = new ScrollPace();
  readonly #nextFrame: (run: (now: number) => void) => void;
  #isAsked = false;
  /** The first tile of the view. */
  #top = 0;

  constructor(nextFrame: (run: (now: number) => void) => void = (run) => requestAnimationFrame(run)) {
    this.#nextFrame = nextFrame;
  }

  /** This image is to show what lies at `src`, in the tile of that index. */
  show(image: FedImage, src: string, index: number): void {
    this.#waiting.set(image, { src, index });
    this.#ask();
  }

  /** Empties an image; what was on its way to it is not waited for. */
  empty(image: FedImage): void {
    this.#waiting.delete(image);
    this.#coming.delete(image);
    image.removeAttribute('src');
  }

  /** An image has its picture, or will not get it. */
  settled(image: FedImage): void {
    this.#coming.delete(image);
    this.#ask();
  }

  /** The view, of `height` px, begins `scrollTop` px below the top, with the tile of that index. */
  scrolled(index: number, { scrollTop, height }: { scrollTop: number; height: number }, now: number): void {
    this.#top = index;
    this.#pace.moved(scrollTop, height, now);
  }

  #ask(): void {
    if (this.#isAsked || this.#waiting.size === 0 || this.#coming.size >= atOnce) return;
    this.#isAsked = true;
    this.#nextFrame((now) => {
      this.#isAsked = false;
      if (!this.#pace.isRacing(now)) this.#give();
      this.#ask();
    });
  }

  #give(): void {
    const next = [...this.#waiting].toSorted(([, a], [, b]) => this.#turn(a.index) - this.#turn(b.index));
    for (const [image, { src }] of next.slice(0, Math.min(perFrame, atOnce - this.#coming.size))) {
      this.#waiting.delete(image);
      this.#coming.add(image);
      image.src = src;
    }
  }

  /** From the top of the view downwards, then what lies above it from the nearest on. */
  #turn(index: number): number {
    return index >= this.#top ? index - this.#top : 1e9 + this.#top - index;
  }
}
