import { errorFromReport, reportError } from '../../../app/contract/index.ts';
import type { ModelCard, TesseraError } from '../../../app/contract/index.ts';
import type { client } from '../../client/index.ts';

/** The model card of a run as it is read, written and put back. */
export class CardState {
  /** What is kept; null until it is there. */
  card = $state.raw<ModelCard | null>(null);
  /** What stands in the field. */
  text = $state('');
  error = $state.raw<TesseraError | null>(null);

  readonly #api: Pick<typeof client.exports, 'card' | 'saveCard'>;
  readonly #of: { projectId: string; runId: string };

  constructor(
    api: Pick<typeof client.exports, 'card' | 'saveCard'>,
    of: { projectId: string; runId: string },
  ) {
    this.#api = api;
    this.#of = of;
  }

  /** Of what was asked last. */
  #taking: Promise<void> = Promise.resolve();

  /** Resolves when everything that was written is kept, or `error` says why not. */
  async settle(): Promise<void> {
    await this.#taking;
    if (this.card !== null && this.text !== this.card.text) await this.save();
  }

  read(): Promise<void> {
    return this.#take(() => this.#api.card(this.#of));
  }

  save(): Promise<void> {
    return this.#take(() => this.#api.saveCard({ ...this.#of, text: this.text }));
  }

  /** What was written is gone; the card is what the run says again. */
  reset(): Promise<void> {
    return this.#take(() => this.#api.saveCard({ ...this.#of, text: null }));
  }

  #take(ask: () => Promise<ModelCard>): Promise<void> {
    this.#taking = this.#taking.then(() => this.#ask(ask));
    return this.#taking;
  }

  async #ask(ask: () => Promise<ModelCard>): Promise<void> {
    this.error = null;
    try {
      this.card = await ask();
      this.text = this.card.text;
    } catch (thrown) {
      this.error = errorFromReport(reportError(thrown));
    }
  }
}
