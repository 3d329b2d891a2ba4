import {
  errorFromReport,
  reportError,
  type ClassInfo,
  type DatasetSummary,
  type JournalEntry,
  type Split,
  type TesseraError,
} from '../../../app/contract/index.ts';
import type { client, Heard } from '../../client/index.ts';

type Api = Pick<typeof client, 'dataset' | 'labeling'>;

/** What is told of a change that can be taken back: how many pictures, and what was done. */
export type Changed = Pick<JournalEntry, 'kind' | 'images' | 'summary'>;

/** The counts of a project and what the Data screen does to its pictures. */
export class Dataset {
  /** Null until it was read. */
  summary = $state.raw<DatasetSummary | null>(null);
  /** In their order. */
  classes = $state.raw<readonly ClassInfo[]>([]);
  error = $state.raw<TesseraError | null>(null);
  readonly #api: Api;
  readonly #projectId: string;
  readonly #onChanged: (entry: Changed) => void;
  #isReading = false;
  #isStale = false;

  /** `onChanged` hears of what was done here and can be undone; of nothing when nothing was changed by it. */
  constructor(api: Api, projectId: string, onChanged: (entry: Changed) => void) {
    this.#api = api;
    this.#projectId = projectId;
    this.#onChanged = onChanged;
  }

  /** Reads the counts; what arrives meanwhile is read once more at the end. */
  async read(): Promise<void> {
    this.#isStale = true;
    if (this.#isReading) return;
    this.#isReading = true;
    await this.guard(async () => {
      while (this.#isStale) {
        this.#isStale = false;
        const which = { projectId: this.#projectId };
        const [summary, classes] = await Promise.all([
          this.#api.dataset.summary(which),
          this.#api.dataset.classes(which),
        ]);
        this.summary = summary;
        this.classes = classes.toSorted((a, b) => a.position - b.position);
      }
    });
    this.#isReading = false;
  }

  /** True when pictures, labels, classes or splits of this project changed. */
  concerns(event: Heard): boolean {
    return event.type === 'reconnected' || (event.type === 'dataset' && event.projectId === this.#projectId);
  }

  label(imageIds: readonly number[], classId: number | null): Promise<void> {
    return this.#change(() =>
      this.#api.labeling.label({ projectId: this.#projectId, imageIds: [...imageIds], classId }),
    );
  }

  move(imageIds: readonly number[], split: Split | null): Promise<void> {
    return this.#change(() =>
      this.#api.dataset.moveToSplit({ projectId: this.#projectId, imageIds: [...imageIds], split }),
    );
  }

  remove(imageIds: readonly number[]): Promise<void> {
    return this.#change(() =>
      this.#api.dataset.deleteImages({ projectId: this.#projectId, imageIds: [...imageIds] }),
    );
  }

  exclude(imageIds: readonly number[], excluded: boolean): Promise<void> {
    return this.#change(() =>
      this.#api.dataset.exclude({ projectId: this.#projectId, imageIds: [...imageIds], excluded }),
    );
  }

  tag(imageIds: readonly number[], tag: string, add: boolean): Promise<void> {
    return this.#change(() =>
      this.#api.dataset.tag({ projectId: this.#projectId, imageIds: [...imageIds], tag, add }),
    );
  }

  setNote(imageId: number, note: string): Promise<void> {
    return this.#change(() => this.#api.dataset.setNote({ projectId: this.#projectId, imageId, note }));
  }

  lockTest(locked: boolean): Promise<void> {
    return this.guard(async () => {
      this.summary = await this.#api.dataset.lockTest({ projectId: this.#projectId, locked });
    });
  }

  /** Shares in percent, which add up to 100. */
  assignSplits(percent: Readonly<Record<Split, number>>, seed: number, keep: boolean): Promise<void> {
    const ratios = { train: percent.train / 100, val: percent.val / 100, test: percent.test / 100 };
    return this.#change(() =>
      this.#api.dataset.assignSplits({ projectId: this.#projectId, ratios, seed, keep }),
    );
  }

  renameClass(classId: number, name: string): Promise<void> {
    return this.#change(() =>
      this.#api.labeling.renameClass({ projectId: this.#projectId, classId, name: name.trim() }),
    );
  }

  /** Null where there is nothing to undo, or it failed. */
  undo(): Promise<Changed | null> {
    return this.#step(() => this.#api.labeling.undo({ projectId: this.#projectId }));
  }

  redo(): Promise<Changed | null> {
    return this.#step(() => this.#api.labeling.redo({ projectId: this.#projectId }));
  }

  /** Does a piece of work; what it throws is shown on the screen. */
  async guard(work: () => Promise<void>): Promise<void> {
    this.error = null;
    try {
      await work();
    } catch (error) {
      this.error = errorFromReport(reportError(error));
    }
  }

  async #step(step: () => Promise<Changed>): Promise<Changed | null> {
    let entry: Changed | null = null;
    await this.guard(async () => void (entry = await step()));
    return entry;
  }

  /** What changed nothing has no entry: undoing it would take back something else. */
  #change(work: () => Promise<unknown>): Promise<void> {
    return this.guard(async () => {
      const before = await this.#newest();
      await work();
      const after = await this.#newest();
      if (after && after.id !== before?.id) this.#onChanged(after);
    });
  }

  async #newest(): Promise<JournalEntry | undefined> {
    const [entry] = await this.#api.labeling.history({ projectId: this.#projectId, limit: 1 });
    return entry;
  }
}
