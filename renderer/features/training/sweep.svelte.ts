import {
  axisFromText,
  errorFromReport,
  reportError,
  TesseraError,
  type Sweep,
  type SweepForecast,
  type SweepMethod,
  type SweepRanking,
  type SweepSetting,
  type SweepSpace,
  type SweepSpec,
  type TrainSettings,
} from '../../../app/contract/index.ts';
import type { client, Heard } from '../../client/index.ts';
import { Removal } from './removal.svelte.ts';

/** What is proposed for a setting that is added. */
export const proposals: Readonly<Record<SweepSetting, string>> = {
  learningRate: '0.0003..0.03:log',
  batchSize: '16, 32',
  optimizer: 'adam, sgd',
  weightDecay: '0, 0.0001, 0.01',
  model: 'small-cnn, lenet',
  imageSize: '28, 32',
  augment: 'none, light, medium',
  labelSmoothing: '0, 0.1',
  dropout: '0, 0.2, 0.5',
  schedule: 'cosine, constant, oneCycle',
  momentum: '0.8, 0.9, 0.95',
  clipNorm: '1, 5',
  averageDecay: '0, 0.99',
  seed: '1, 2, 3',
};

/** The sweeps of a project, the one that is shown, and the form for the next one. */
export class Sweeps {
  sweeps = $state.raw<readonly Sweep[]>([]);
  shownId = $state<string | null>(null);
  error = $state.raw<TesseraError | null>(null);
  isStarting = $state(false);
  forecast = $state.raw<SweepForecast | null>(null);

  axes = $state<{ setting: SweepSetting; text: string }[]>([
    { setting: 'learningRate', text: proposals.learningRate },
  ]);
  kind = $state<SweepMethod['kind']>('random');
  count = $state(8);
  eta = $state(3);
  leastEpochs = $state(1);
  /** 0: no limit. */
  minutes = $state(0);
  rankBy = $state<SweepRanking>('valAccuracy');

  /** What is removed leaves its runs. */
  readonly #removal = new Removal<Sweep>(({ id: sweepId }) =>
    this.#guard(async () => {
      this.sweeps = this.sweeps.filter(({ id }) => id !== sweepId);
      await this.#api.sweeps.remove({ projectId: this.#projectId, sweepId });
    }),
  );
  readonly listed: readonly Sweep[] = $derived(this.sweeps.filter(({ id }) => id !== this.removed?.id));
  readonly shown: Sweep | null = $derived(
    this.listed.find(({ id }) => id === this.shownId) ?? this.listed[0] ?? null,
  );
  readonly #api: Pick<typeof client, 'sweeps'>;
  readonly #projectId: string;

  constructor(api: Pick<typeof client, 'sweeps'>, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  /** The sweep that was removed last, while that can be undone. */
  get removed(): Sweep | null {
    return this.#removal.item;
  }

  remove(sweep: Sweep): Promise<void> {
    return this.#removal.begin(sweep);
  }

  undoRemove(): void {
    this.#removal.undo();
  }

  settle(): Promise<void> {
    return this.#removal.settle();
  }

  read(): Promise<void> {
    return this.#guard(async () => {
      this.sweeps = await this.#api.sweeps.list({ projectId: this.#projectId });
    });
  }

  hear(event: Heard): void {
    if (event.type === 'reconnected') void this.read();
    if (event.type === 'sweep' && event.projectId === this.#projectId) this.#put(event.sweep);
  }

  add(setting: SweepSetting): void {
    this.axes.push({ setting, text: proposals[setting] });
  }

  removeAxis(setting: SweepSetting): void {
    this.axes = this.axes.filter((axis) => axis.setting !== setting);
  }

  foresee(settings: TrainSettings): Promise<void> {
    return this.#guard(async () => {
      this.forecast = null;
      this.forecast = await this.#api.sweeps.forecast({
        projectId: this.#projectId,
        spec: this.#spec(settings),
      });
    });
  }

  async start(settings: TrainSettings): Promise<void> {
    this.isStarting = true;
    await this.#guard(async () => {
      const sweep = await this.#api.sweeps.start({ projectId: this.#projectId, spec: this.#spec(settings) });
      this.#put(sweep);
      this.shownId = sweep.id;
    });
    this.isStarting = false;
  }

  change(what: 'pause' | 'resume' | 'cancel', { id: sweepId }: Sweep): Promise<void> {
    return this.#guard(async () => {
      this.#put(await this.#api.sweeps[what]({ projectId: this.#projectId, sweepId }));
    });
  }

  /** Goes on with the same limit once more. */
  lengthen({ id: sweepId, spec }: Sweep): Promise<void> {
    return this.#guard(async () => {
      const minutes = spec.minutes === null ? null : 2 * spec.minutes;
      this.#put(await this.#api.sweeps.resume({ projectId: this.#projectId, sweepId, minutes }));
    });
  }

  #put(sweep: Sweep): void {
    const isKnown = this.sweeps.some(({ id }) => id === sweep.id);
    this.sweeps = isKnown
      ? this.sweeps.map((each) => (each.id === sweep.id ? sweep : each))
      : [sweep, ...this.sweeps];
  }

  #spec(settings: TrainSettings): SweepSpec {
    const { kind, count, eta, leastEpochs } = this;
    const seed = settings.seed;
    const method: SweepMethod =
      kind === 'grid'
        ? { kind }
        : kind === 'random'
          ? { kind, count, seed }
          : { kind, count, seed, eta, leastEpochs };
    const minutes = this.minutes === 0 ? null : this.minutes;
    return { settings, space: this.#space(), method, minutes, rankBy: this.rankBy };
  }

  #space(): SweepSpace {
    const space: SweepSpace = {};
    for (const { setting, text } of this.axes) {
      const axis = axisFromText(text);
      const reason = 'give values with commas between, or a range as 0.0001..0.1:log';
      if (axis === null) throw new TesseraError('invalidInput', { what: setting, reason });
      space[setting] = axis;
    }
    return space;
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
