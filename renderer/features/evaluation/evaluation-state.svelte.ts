import type { Evaluation, JudgedImage, Split, TesseraError } from '../../../app/contract/index.ts';
import { reportError, errorFromReport } from '../../../app/contract/index.ts';
import type { client, Heard } from '../../client/index.ts';
import { JobWatch } from '../../shell/job-watch.svelte.ts';

/** A cell of the matrix, as indices into the run's classes. */
export interface Cell {
  truth: number;
  predicted: number;
}

/** Which pictures are wanted: those of a class, those that are taken for one, or those that are both. */
export type Wanted = Cell | { truth: number } | { predicted: number };

/** The cell of the matrix that this is; null where it is a whole row or column, or nothing. */
export const cellOf = (wanted: Wanted | null): Cell | null =>
  wanted !== null && 'truth' in wanted && 'predicted' in wanted ? wanted : null;

/** Pictures asked for at once. */
const page = 200;

/**
 * How one run does on one split: the stored result, or the job that makes it, and the pictures behind a number
 * or, where none was chosen, the mistakes with the greatest loss first.
 */
export class EvaluationState {
  readonly watch: JobWatch;
  evaluation = $state.raw<Evaluation | null>(null);
  /** The classes of the project for what is none of the others. */
  noneNames = $state.raw<readonly string[]>([]);
  wanted = $state.raw<Wanted | null>(null);
  pictures = $state.raw<readonly JudgedImage[]>([]);
  pictureCount = $state(0);
  error = $state.raw<TesseraError | null>(null);

  readonly #api: Pick<typeof client, 'dataset' | 'evaluation' | 'jobs'>;
  readonly #which: { projectId: string; runId: string; split: Split };
  #asked = 0;

  constructor(
    api: Pick<typeof client, 'dataset' | 'evaluation' | 'jobs'>,
    which: { projectId: string; runId: string; split: Split },
  ) {
    this.#api = api;
    this.#which = which;
    this.watch = new JobWatch(api);
  }

  /** Reads the stored result, and makes one when there is none. */
  open(): Promise<void> {
    return this.#guard(async () => {
      const classes = await this.#api.dataset.classes({ projectId: this.#which.projectId });
      this.noneNames = classes.filter(({ isNone }) => isNone).map(({ name }) => name);
      this.evaluation = await this.#api.evaluation.get(this.#which);
      if (this.evaluation) await this.#show(null);
      else await this.#evaluate();
    });
  }

  evaluateAgain(): Promise<void> {
    return this.#guard(() => this.#evaluate());
  }

  /** Of a locked test set, once: the person says that this is the one. */
  evaluateFinally(): Promise<void> {
    return this.#guard(() => this.#evaluate(true));
  }

  /** The pictures behind a number, mistakes first; null goes back to the worst mistakes. */
  select(wanted: Wanted | null): Promise<void> {
    return this.#guard(() => this.#show(wanted));
  }

  showMore(): Promise<void> {
    return this.#guard(async () => {
      const asked = this.#asked;
      const { images } = await this.#ask(this.wanted, this.pictures.length);
      if (asked === this.#asked) this.pictures = [...this.pictures, ...images];
    });
  }

  hear(event: Heard): void {
    this.watch.hear(event);
  }

  async #evaluate(isFinal = false): Promise<void> {
    await this.watch.run(() => this.#api.evaluation.start({ ...this.#which, isFinal }));
    this.evaluation = await this.#api.evaluation.get(this.#which);
    await this.#show(null);
  }

  async #show(wanted: Wanted | null): Promise<void> {
    this.wanted = wanted;
    this.#asked += 1;
    const asked = this.#asked;
    const { total, images } = await this.#ask(wanted, 0);
    if (asked !== this.#asked) return;
    this.pictures = images;
    this.pictureCount = total;
  }

  #ask(wanted: Wanted | null, offset: number): Promise<{ total: number; images: JudgedImage[] }> {
    return this.#api.evaluation.images({
      ...this.#which,
      ...(wanted ?? {}),
      mistakesOnly: wanted === null,
      offset,
      limit: page,
    });
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    this.error = null;
    try {
      await work();
    } catch (error) {
      this.error = errorFromReport(reportError(error));
    }
  }
}
