import {
  errorFromReport,
  graphFromText,
  graphText,
  isUnderWay,
  reportError,
  type EditedGraph,
  type Forecast,
  type Graph,
  type GraphEdit,
  type GraphMistake,
  type Layer,
  type ModelChoice,
  type OwnModel,
  type TesseraError,
  type TrainSettings,
} from '../../../../app/contract/index.ts';
import type { client, Heard } from '../../../client/index.ts';
import { remember, remembered } from '../../../ui/remembered.ts';
import type { DataShape } from '../train-form.svelte.ts';

export type BuilderApi = {
  models: Pick<(typeof client)['models'], 'edit' | 'forecast' | 'saveOwn' | 'startBenchmark'>;
};

/** Pause after the last change before its time is asked for, ms. */
const forecastPause = 300;
/** Steps that can be undone. */
const mostSteps = 200;

type Settings = Omit<TrainSettings, 'model'>;

/** A network on the way, and what it is kept as. */
interface Step {
  edited: EditedGraph;
  name: string;
  /** Of the saved network that it is a version of. */
  modelId: string | null;
}

/** The network that a person edits, with everything that was done to it. Every step is the host's work: here it is only kept. */
export class NetworkBuilder {
  selected = $state('input');
  error = $state.raw<TesseraError | null>(null);
  /** Null where this computer was not measured yet, or the network has mistakes. */
  forecast = $state.raw<Forecast | null>(null);
  isMeasuring = $state(false);
  /** What a training would take is on its way. */
  isAsking = $state(false);
  /** What the network was when it was last saved. */
  #saved = $state.raw<Graph | null>(null);
  #now = $state.raw<Step | null>(null);
  #past = $state.raw<readonly Step[]>([]);
  #future = $state.raw<readonly Step[]>([]);

  readonly edited: EditedGraph | null = $derived(this.#now?.edited ?? null);
  readonly graph: Graph | null = $derived(this.edited?.graph ?? null);
  readonly name: string = $derived(this.#now?.name ?? '');
  readonly modelId: string | null = $derived(this.#now?.modelId ?? null);
  readonly canUndo: boolean = $derived(this.#past.length > 0);
  readonly canRedo: boolean = $derived(this.#future.length > 0);
  readonly isSaved: boolean = $derived(this.graph !== null && this.graph === this.#saved);
  readonly mistakes: readonly GraphMistake[] = $derived(this.edited?.survey.mistakes ?? []);
  /** The chosen layer; null for the picture. */
  readonly layer: Layer | null = $derived(this.graph?.layers.find(({ id }) => id === this.selected) ?? null);

  readonly #api: BuilderApi;
  readonly #projectId: string;
  #shape: DataShape = { channels: 1, classes: 2 };
  /** One step after the other. */
  #work: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  #settings: Settings | null = null;
  /** What was opened last, as text. */
  #origin = '';
  #hasBegun = false;

  constructor(api: BuilderApi, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  /** What was there when the window was closed; else this network. */
  begin(model: ModelChoice, imageSize: number, shape: DataShape): Promise<void> {
    this.#shape = shape;
    if (this.#hasBegun) return this.#work;
    this.#hasBegun = true;
    const draft = this.#draft();
    if (draft === null) return this.open(model, '', imageSize);
    const { graph, modelId } = draft;
    return this.open({ kind: 'graph', graph }, graph.name, graph.input.height, modelId);
  }

  /** Another network in the place of this one, which undo brings back. The two ends become those of the project. */
  open(model: ModelChoice, name: string, imageSize: number, modelId: string | null = null): Promise<void> {
    const chosen = model.kind === 'graph' ? { ...model, adapt: true } : model;
    return this.#next(async () => {
      const edited = await this.#api.models.edit({ model: chosen, imageSize, ...this.#shape });
      this.#origin = JSON.stringify(model);
      this.#go({ edited, name: name === '' ? edited.graph.name : name, modelId });
      this.selected = 'input';
    });
  }

  /** A network from its JSON. Throws `fileMalformed`; `path` is what the file is called. */
  openText(text: string, path: string): Promise<void> {
    const graph = graphFromText(text, path);
    return this.open({ kind: 'graph', graph }, graph.name, graph.input.height);
  }

  async openSaved({ id, name, graph }: OwnModel): Promise<void> {
    await this.open({ kind: 'graph', graph }, name, graph.input.height, id);
    // Unless the project's pictures or classes are others than they were.
    if (this.graph !== null && graphText(this.graph) === graphText(graph)) this.#saved = this.graph;
  }

  /** Opens the network of the form, unless it is the one that is here, or what is here was made of it. */
  async openUnlessHere(
    model: ModelChoice,
    name: string,
    imageSize: number,
    shape: DataShape,
    modelId: string | null,
  ): Promise<void> {
    await this.begin(model, imageSize, shape);
    const isHere =
      this.#origin === JSON.stringify(model) ||
      (model.kind === 'graph' && this.graph !== null && graphText(model.graph) === graphText(this.graph));
    if (!isHere) await this.open(model, name, imageSize, modelId);
  }

  /** One step; the layer that it is about is chosen. Says so where it cannot be made. */
  edit(edit: GraphEdit): Promise<void> {
    return this.#next(async () => {
      const step = this.#now;
      if (step === null) return;
      const edited = await this.#ask(step.edited.graph, edit);
      // What changes nothing is no step: a field may say the same twice.
      if (JSON.stringify(edited.graph) !== JSON.stringify(step.edited.graph)) this.#go({ ...step, edited });
      this.selected = edited.layer;
    });
  }

  undo(): Promise<void> {
    return this.#next(async () => {
      const [before, now] = [this.#past.at(-1), this.#now];
      if (!before || !now) return;
      this.#past = this.#past.slice(0, -1);
      this.#future = [now, ...this.#future];
      this.#show(before);
    });
  }

  redo(): Promise<void> {
    return this.#next(async () => {
      const [[after, ...rest], now] = [this.#future, this.#now];
      if (!after || !now) return;
      this.#future = rest;
      this.#past = [...this.#past, now];
      this.#show(after);
    });
  }

  /** Chooses the next layer with a mistake, from the top again after the last one. */
  nextMistake(): void {
    const places = this.mistakes.map(({ layer }) => layer);
    const next = places[(places.indexOf(this.selected) + 1) % Math.max(1, places.length)];
    if (next !== undefined) this.selected = next;
  }

  /** Under this name in the project; `asNew` leaves the one that it was opened from as it is. Null where it could not be. */
  async save(name: string, asNew: boolean): Promise<OwnModel | null> {
    let saved: OwnModel | null = null;
    await this.#next(async () => {
      const step = this.#now;
      if (step === null) return;
      const { graph } = step.edited;
      saved = await this.#api.models.saveOwn({
        projectId: this.#projectId,
        name,
        graph,
        ...(!asNew && step.modelId !== null && { modelId: step.modelId }),
      });
      // The name is part of the network; it is no step of its own.
      const edited = { ...step.edited, graph: { ...graph, name: saved.name } };
      this.#now = { edited, name: saved.name, modelId: saved.id };
      this.#saved = edited.graph;
      this.#keepDraft();
    });
    return saved;
  }

  /** The pictures or classes of the project are others: looks at the network again. */
  follow(shape: DataShape): Promise<void> {
    if (shape.channels === this.#shape.channels && shape.classes === this.#shape.classes) {
      return Promise.resolve();
    }
    this.#shape = shape;
    return this.#next(async () => {
      const step = this.#now;
      if (step === null) return;
      const { survey } = await this.#ask(step.edited.graph);
      this.#now = { ...step, edited: { ...step.edited, survey } };
    });
  }

  /** Measures this computer, so that times can be told. */
  measure(threads: number): Promise<void> {
    return this.#next(async () => {
      this.isMeasuring = true;
      try {
        await this.#api.models.startBenchmark({ projectId: this.#projectId, threads });
      } catch (error) {
        this.isMeasuring = false;
        throw error;
      }
    });
  }

  hear(event: Heard): void {
    if (event.type !== 'job' || event.job.kind !== 'benchmark' || isUnderWay(event.job)) return;
    this.isMeasuring = false;
    if (this.edited && this.#settings) this.forecastSoon(this.edited, this.#settings);
  }

  /** Asks what a training would take, a moment after the last change. */
  forecastSoon({ graph, survey }: EditedGraph, settings: Settings): void {
    clearTimeout(this.#timer);
    this.#settings = settings;
    this.#asked += 1;
    const asked = this.#asked;
    if (survey.mistakes.length > 0) {
      this.forecast = null;
      this.isAsking = false;
      return;
    }
    this.isAsking = true;
    this.#timer = setTimeout(async () => {
      const { pretrained: _, fineTune: _blocks, start: _run, startModel: _model, ...scratch } = settings;
      const wanted = { ...scratch, imageSize: graph.input.height, model: { kind: 'graph' as const, graph } };
      try {
        const forecast = await this.#api.models.forecast({ projectId: this.#projectId, settings: wanted });
        if (asked === this.#asked) this.forecast = forecast;
      } catch {
        // It is only shown where it is known.
        if (asked === this.#asked) this.forecast = null;
      }
      if (asked === this.#asked) this.isAsking = false;
    }, forecastPause);
  }

  get #key(): string {
    return `network.${this.#projectId}`;
  }

  #ask(graph: Graph, edit?: GraphEdit): Promise<EditedGraph> {
    return this.#api.models.edit({
      model: { kind: 'graph', graph },
      imageSize: graph.input.height,
      ...this.#shape,
      ...(edit && { edit }),
    });
  }

  #go(step: Step): void {
    if (this.#now !== null) this.#past = [...this.#past, this.#now].slice(-mostSteps);
    this.#future = [];
    this.#now = step;
    this.#keepDraft();
  }

  #show(step: Step): void {
    this.#now = step;
    const { graph, layer } = step.edited;
    const isThere = this.selected === 'input' || graph.layers.some(({ id }) => id === this.selected);
    if (!isThere) this.selected = graph.layers.some(({ id }) => id === layer) ? layer : 'input';
    this.#keepDraft();
  }

  /** So that a closed window loses nothing. */
  #keepDraft(): void {
    const step = this.#now;
    if (step !== null) remember(this.#key, `${step.modelId ?? ''}\n${graphText(step.edited.graph)}`);
  }

  #draft(): { graph: Graph; modelId: string | null } | null {
    const kept = remembered(this.#key);
    if (kept === null) return null;
    const [id = ''] = kept.split('\n', 1);
    try {
      return { graph: graphFromText(kept.slice(id.length + 1), 'draft'), modelId: id === '' ? null : id };
    } catch {
      // Of an older Tessera, which is not a network any more.
      return null;
    }
  }

  #next(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(async () => {
      this.error = null;
      try {
        await work();
      } catch (error) {
        this.error = errorFromReport(reportError(error));
      }
    });
    return this.#work;
  }
}
