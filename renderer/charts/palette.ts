/** The colours of the theme, as a canvas needs them: resolved once for every repaint. */
export class Palette {
  readonly #host: HTMLElement;
  readonly #resolved = new Map<string, string>();

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  /** The value of a CSS custom property at the chart. */
  color(name: string): string {
    let value = this.#resolved.get(name);
    if (value === undefined) {
      value = getComputedStyle(this.#host).getPropertyValue(name).trim();
      this.#resolved.set(name, value);
    }
    return value;
  }

  /** 12 px in the chart's own typeface. */
  get font(): string {
    return `12px ${getComputedStyle(this.#host).fontFamily}`;
  }

  refresh(): void {
    this.#resolved.clear();
  }
}

/** Calls back when light and dark change places, by the system or by the person; gives the way to stop. */
export function watchTheme(onChange: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', onChange);
  const root = new MutationObserver(onChange);
  root.observe(document.documentElement, { attributes: true });
  return () => {
    system.removeEventListener('change', onChange);
    root.disconnect();
  };
}
