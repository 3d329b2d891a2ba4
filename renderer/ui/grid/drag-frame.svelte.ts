/** A place in the whole grid, px. */
export interface Point {
  x: number;
  y: number;
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A press that moves less is a click, px. */
const least = 5;

/** The frame that is drawn by dragging, to choose what it touches. */
export class DragFrame {
  #from = $state.raw<Point | null>(null);
  #to = $state.raw<Point | null>(null);
  #isDrawn = false;

  /** What is framed now; null where nothing is. */
  readonly box: Box | null = $derived.by(() => {
    if (this.#from === null || this.#to === null) return null;
    const [{ x, y }, { x: toX, y: toY }] = [this.#from, this.#to];
    return {
      left: Math.min(x, toX),
      top: Math.min(y, toY),
      right: Math.max(x, toX),
      bottom: Math.max(y, toY),
    };
  });

  /** Whether the last press became a frame: its end is no click. */
  get isDrawn(): boolean {
    return this.#isDrawn;
  }

  get isPressed(): boolean {
    return this.#from !== null;
  }

  press(at: Point): void {
    this.#from = at;
    this.#isDrawn = false;
  }

  /** True once it is a frame. */
  drag(to: Point): boolean {
    if (this.#from === null) return false;
    if (!this.#isDrawn && Math.hypot(to.x - this.#from.x, to.y - this.#from.y) < least) return false;
    this.#isDrawn = true;
    this.#to = to;
    return true;
  }

  /** Gives what was framed; null after a click. */
  release(): Box | null {
    const { box } = this;
    this.#to = null;
    this.#from = null;
    return box;
  }
}
