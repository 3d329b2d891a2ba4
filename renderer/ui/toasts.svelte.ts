/** Something that happened, said at the edge of the window, with the one thing that can be done about it. */
export interface Toast {
  text: string;
  tone?: 'plain' | 'bad';
  action?: { label: string; run: () => void };
}

export interface ShownToast extends Toast {
  id: number;
}

/** How long a notice stays, ms; what went wrong stays until it is closed. */
const stays = 7000;

class Toasts {
  shown = $state.raw<readonly ShownToast[]>([]);
  #lastId = 0;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  /** Shows it; gives its id. At most three are shown, the oldest go first. */
  show(toast: Toast): number {
    this.#lastId += 1;
    const id = this.#lastId;
    this.shown = [...this.shown, { ...toast, id }].slice(-3);
    this.resume(id);
    return id;
  }

  close(id: number): void {
    this.hold(id);
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }

  /** It stays while it is pointed at or has the focus. */
  hold(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  resume(id: number): void {
    const toast = this.shown.find((one) => one.id === id);
    if (!toast || toast.tone === 'bad' || this.#timers.has(id)) return;
    this.#timers.set(
      id,
      setTimeout(() => this.close(id), stays),
    );
  }
}

export const toasts = new Toasts();
