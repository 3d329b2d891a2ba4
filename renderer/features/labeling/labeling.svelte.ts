import { errorFromReport, reportError } from '../../../app/contract/index.ts';
import type {
  ClassInfo,
  DatasetSummary,
  ImageRow,
  JournalEntry,
  TesseraError,
} from '../../../app/contract/index.ts';
import type { client, Heard } from '../../client/index.ts';
import { classOfKey } from '../../ui/class-mark.ts';
import { labelsGained, withMoves, type Move } from './class-counts.ts';
import { nextOf, noneChosen } from './picture-ids.ts';
import { PictureList } from './picture-list.svelte.ts';
import { SaveQueue } from './save-queue.svelte.ts';
import { filterOf, waitingForLabel, type Shown } from './shown-filter.ts';

type Api = Pick<typeof client, 'dataset' | 'labeling'>;

/** A label that could not be given. */
export interface Failure {
  imageIds: readonly number[];
  to: ClassInfo | null;
  error: TesseraError;
}

/** What undo or redo did, to be said. */
export interface Step {
  direction: 'undo' | 'redo';
  entry: JournalEntry;
}

/** The frame says that the connection is lost, and everything is read again after it. */
function unlessLost(error: unknown): void {
  if (reportError(error).code !== 'connectionLost') throw error;
}

/** Rows kept on either side of what is shown. */
const margin = 100;
/** Rows of the grid that are asked for together. */
const block = 200;
/** Between a change that was announced and reading again, ms: a burst of changes is read once. */
const pause = 120;
const historyLength = 100;

/**
 * Going through the pictures of a project and labeling them. A label is shown at once; what the services answer is
 * the truth, and a label that they refuse is taken back and kept in `failures`.
 */
export class Labeling {
  readonly pictures: PictureList;
  readonly saves = new SaveQueue();
  /** Null until they were read. */
  classes = $state.raw<readonly ClassInfo[] | null>(null);
  summary = $state.raw<DatasetSummary | null>(null);
  history = $state.raw<readonly JournalEntry[]>([]);
  failures = $state.raw<readonly Failure[]>([]);
  lastStep = $state.raw<Step | null>(null);
  error = $state.raw<TesseraError | null>(null);
  /** The picture that is looked at, as a place in `pictures`. */
  position = $state(0);
  /** Pictures chosen in the grid. */
  chosen = $state.raw(noneChosen);
  /** Of the list that is shown; null until one was read. */
  shown = $state.raw<{ shown: Shown } | null>(null);

  readonly current: ImageRow | null = $derived.by(() => this.pictures.at(this.position) ?? null);

  readonly #api: Api;
  readonly #projectId: string;
  /** Changes with every label given here, so that what was read before it is not taken for the truth. */
  #version = 0;
  #asked = 0;
  #tiles = { first: 0, end: 0 };
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(api: Api, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
    this.pictures = new PictureList(api, projectId);
  }

  /** The class of that id; null for no label, and for one that was not read yet. */
  classOf(classId: number | null): ClassInfo | null {
    return this.classes?.find(({ id }) => id === classId) ?? null;
  }

  classOfKey(key: string): ClassInfo | null {
    return classOfKey(this.classes ?? [], key) ?? null;
  }

  /** Goes through other pictures, from `pictureId`, or from the first without a label, or from the first. */
  show(shown: Shown, pictureId: number | null): Promise<void> {
    return this.#guard(async () => {
      this.#asked += 1;
      const asked = this.#asked;
      const [ids, unlabeled] = await Promise.all([
        this.pictures.find(filterOf(shown)),
        this.pictures.find(waitingForLabel),
        this.#readNumbers(),
      ]);
      if (asked !== this.#asked) return;
      const found = ids.indexOf(pictureId ?? -1);
      const start = found === -1 ? nextOf(ids, unlabeled, -1) : found;
      this.pictures.replace(ids);
      this.chosen = noneChosen;
      this.shown = { shown };
      await this.#goTo(start ?? 0);
    });
  }

  go(index: number): Promise<void> {
    return this.#guard(() => this.#goTo(index));
  }

  /** The tiles that the grid shows. Their rows are fetched by the block: a request for each step of a scroll would be many. */
  showTiles(range: { first: number; end: number }): Promise<void> {
    this.#tiles = range;
    const first = Math.floor(range.first / block) * block;
    const end = Math.ceil(range.end / block) * block;
    return this.#guard(() => this.pictures.need(first, end));
  }

  goToUnlabeled(): Promise<void> {
    return this.#guard(async () => {
      await this.saves.idle();
      const next = await this.pictures.nextUnlabeled(this.position);
      if (next !== null) await this.#goTo(next);
    });
  }

  /** The chosen pictures where the one that is looked at is among them, otherwise it alone. */
  targets(): readonly number[] {
    const id = this.current?.id;
    if (id === undefined) return [];
    return this.chosen.has(id) ? [...this.chosen] : [id];
  }

  /** Shows the label at once and saves it; null takes the label away. */
  async label(imageIds: readonly number[], to: ClassInfo | null): Promise<void> {
    if (imageIds.length === 0) return;
    this.#version += 1;
    this.lastStep = null;
    const classId = to?.id ?? null;
    const before = this.pictures.give(imageIds, classId);
    this.#count(before.map((row) => ({ from: row.classId, to: classId })));
    try {
      await this.saves.run(() =>
        this.#api.labeling.label({ projectId: this.#projectId, imageIds: [...imageIds], classId }),
      );
    } catch (thrown) {
      const back = this.pictures.takeBack(before, classId);
      this.#count(back.map((row) => ({ from: classId, to: row.classId })));
      this.failures = [...this.failures, { imageIds, to, error: errorFromReport(reportError(thrown)) }];
      this.#readSoon();
    } finally {
      this.pictures.settle(imageIds);
    }
  }

  /** Gives the picture that is looked at a label, and goes on to the next. */
  labelAndAdvance(to: ClassInfo): void {
    const { current } = this;
    if (current === null) return;
    void this.label([current.id], to);
    if (this.position + 1 < this.pictures.ids.length) void this.go(this.position + 1);
  }

  /** What the model takes the picture that is looked at for, where it has no label. */
  get suggestion(): { one: ClassInfo; confidence: number } | null {
    return this.suggestionFor(this.current);
  }

  suggestionFor(row: ImageRow | null | undefined): { one: ClassInfo; confidence: number } | null {
    if (!row || row.classId !== null || row.predicted === null || row.confidence === null) return null;
    const one = this.classOf(row.predicted);
    return one && { one, confidence: row.confidence };
  }

  /** Lets a run look at the pictures; its suggestions are announced as they come. */
  suggest(runId: string): Promise<void> {
    return this.#guard(async () => {
      await this.#api.labeling.startSuggestions({ projectId: this.#projectId, runId });
    });
  }

  /** Labels every picture of the list as it was suggested, in one step of the history. */
  acceptAll(): Promise<void> {
    return this.#guard(async () => {
      const imageIds = [...this.pictures.ids];
      if (imageIds.length === 0) return;
      await this.saves.run(() =>
        this.#api.labeling.acceptSuggestions({ projectId: this.#projectId, imageIds }),
      );
      await this.#readAgain();
    });
  }

  /** These throw what the services answer, e.g. `keyTaken`. */
  async changeClass(
    classId: number,
    change: { color?: number; description?: string; key?: string | null },
  ): Promise<void> {
    await this.saves.run(() =>
      this.#api.labeling.changeClass({ projectId: this.#projectId, classId, ...change }),
    );
    await this.#readAgain();
  }

  async reorderClasses(classIds: number[]): Promise<void> {
    this.classes = await this.saves.run(() =>
      this.#api.labeling.reorderClasses({ projectId: this.#projectId, classIds }),
    );
  }

  async mergeClasses(classId: number, into: number): Promise<void> {
    await this.saves.run(() =>
      this.#api.labeling.mergeClasses({ projectId: this.#projectId, classId, into }),
    );
    await this.#readAgain();
  }

  async deleteClass(classId: number): Promise<void> {
    await this.saves.run(() => this.#api.labeling.deleteClass({ projectId: this.#projectId, classId }));
    await this.#readAgain();
  }

  /** The class for what is none of the others. */
  async createNoneClass(name: string): Promise<void> {
    await this.saves.run(() =>
      this.#api.labeling.createClass({ projectId: this.#projectId, name, isNone: true }),
    );
    await this.#readAgain();
  }

  /** Saves again what could not be saved. */
  async tryAgain(): Promise<void> {
    const { failures } = this;
    this.failures = [];
    await Promise.all(failures.map(({ imageIds, to }) => this.label(imageIds, to)));
  }

  /** A class of that name, or the one that has it already. Throws what the services answer. */
  async createClass(name: string): Promise<ClassInfo> {
    const known = this.classes?.find((one) => one.name === name.trim());
    if (known) return known;
    const made = await this.saves.run(() =>
      this.#api.labeling.createClass({ projectId: this.#projectId, name }),
    );
    if (this.classOf(made.id) === null) this.classes = [...(this.classes ?? []), made];
    return made;
  }

  /** Throws what the services answer, e.g. `classExists`. */
  async renameClass(classId: number, name: string): Promise<void> {
    const renamed = await this.saves.run(() =>
      this.#api.labeling.renameClass({ projectId: this.#projectId, classId, name }),
    );
    this.classes = (this.classes ?? []).map((one) =>
      one.id === classId ? { ...one, name: renamed.name } : one,
    );
  }

  /** Nothing learns from pictures that are excluded; they stay in the list, and may be taken in again. */
  exclude(imageIds: readonly number[], excluded: boolean): Promise<void> {
    return this.#guard(async () => {
      if (imageIds.length === 0) return;
      this.lastStep = null;
      await this.saves.run(() =>
        this.#api.dataset.exclude({ projectId: this.#projectId, imageIds: [...imageIds], excluded }),
      );
      await this.#readAgain();
    });
  }

  /** Takes pictures out of the project; undo brings them back. */
  removePictures(imageIds: readonly number[]): Promise<void> {
    return this.#guard(async () => {
      if (imageIds.length === 0) return;
      this.lastStep = null;
      this.summary = await this.saves.run(() =>
        this.#api.dataset.deleteImages({ projectId: this.#projectId, imageIds: [...imageIds] }),
      );
      this.pictures.remove(imageIds);
      this.chosen = noneChosen;
      await this.#goTo(this.position);
    });
  }

  undo(): Promise<void> {
    return this.#step('undo');
  }

  redo(): Promise<void> {
    return this.#step('redo');
  }

  hear(event: Heard): void {
    if (event.type === 'dataset' && event.projectId === this.#projectId) this.#readSoon();
    if (event.type === 'reconnected') this.#readSoon();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** After a step the first picture that it changed is shown. */
  #step(direction: 'undo' | 'redo'): Promise<void> {
    return this.#guard(async () => {
      await this.saves.idle();
      const before = this.pictures.snapshot();
      const entry = await this.saves.run(() => this.#api.labeling[direction]({ projectId: this.#projectId }));
      await this.#readAgain();
      this.lastStep = { direction, entry };
      const changed = this.pictures.firstChanged(before);
      if (changed !== null) await this.#goTo(changed);
    });
  }

  async #goTo(index: number): Promise<void> {
    this.position = Math.max(0, Math.min(index, this.pictures.ids.length - 1));
    await this.pictures.need(this.position - margin, this.position + margin);
  }

  /** The numbers as they will be; the next reading brings the true ones. */
  #count(moves: readonly Move[]): void {
    this.classes = this.classes && withMoves(this.classes, moves);
    const more = labelsGained(moves);
    const { summary } = this;
    this.summary = summary && {
      ...summary,
      labeled: summary.labeled + more,
      unlabeled: summary.unlabeled - more,
    };
  }

  #readSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#guard(() => this.#readAgain().catch(unlessLost));
    }, pause);
  }

  /** Everything that is shown, unless a label is given meanwhile: its own announcement brings the next reading. */
  async #readAgain(): Promise<void> {
    await this.saves.idle();
    const images = this.summary?.images;
    if (!(await this.#readNumbers())) return;
    const { current, position } = this;
    if (this.shown && this.summary?.images !== images) {
      await this.pictures.join(filterOf(this.shown.shown));
      const at = this.pictures.ids.indexOf(current?.id ?? -1);
      this.position = at === -1 ? Math.max(0, Math.min(position, this.pictures.ids.length - 1)) : at;
    }
    const near = { first: this.position - 2 * margin, end: this.position + 2 * margin };
    await this.pictures.readAgain([this.#tiles, near]);
  }

  /** Gives false, and takes nothing, when a label was given meanwhile. */
  async #readNumbers(): Promise<boolean> {
    const version = this.#version;
    const which = { projectId: this.#projectId };
    const [summary, classes, history] = await Promise.all([
      this.#api.dataset.summary(which),
      this.#api.dataset.classes(which),
      this.#api.labeling.history({ ...which, limit: historyLength }),
    ]);
    if (version !== this.#version) return false;
    [this.summary, this.classes, this.history] = [summary, classes, history];
    return true;
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
