import { SvelteMap } from 'svelte/reactivity';
import type { client, Heard } from '../../client/index.ts';
import { RunWatch } from './run-watch.svelte.ts';

/** Lines that can still be told apart, and colours that there are. */
export const mostCompared = 8;

/** One of the runs that are laid over each other; `slot` picks its colour, which it keeps while others come and go. */
export interface ComparedRun {
  watch: RunWatch;
  slot: number;
}

/** The runs that were chosen to be laid over each other, with their curves. */
export class RunComparison {
  readonly #api: Pick<typeof client, 'runs'>;
  readonly #projectId: string;
  readonly #runs = new SvelteMap<string, ComparedRun>();

  constructor(api: Pick<typeof client, 'runs'>, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  get ids(): string[] {
    return [...this.#runs.keys()];
  }

  get isFull(): boolean {
    return this.#runs.size >= mostCompared;
  }

  get(runId: string): ComparedRun | undefined {
    return this.#runs.get(runId);
  }

  /** Lays a run over the others. Throws what reading its curves throws. */
  async add(runId: string): Promise<void> {
    if (this.isFull || this.#runs.has(runId)) return;
    const taken = [...this.#runs.values()].map(({ slot }) => slot);
    const slot = [...Array(mostCompared).keys()].find((free) => !taken.includes(free)) ?? 0;
    const watch = new RunWatch(this.#api, this.#projectId, runId);
    this.#runs.set(runId, { watch, slot });
    await watch.read();
  }

  remove(runId: string): void {
    this.#runs.delete(runId);
  }

  clear(): void {
    this.#runs.clear();
  }

  hear(event: Heard): void {
    for (const { watch } of this.#runs.values()) watch.hear(event);
  }

  /** After the connection was lost for a while. */
  async readAgain(): Promise<void> {
    await Promise.all([...this.#runs.values()].map(({ watch }) => watch.read()));
  }
}
