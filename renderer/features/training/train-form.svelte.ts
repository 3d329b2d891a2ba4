import {
  defaultTrainSettings,
  errorFromReport,
  gentleLearningRate,
  pretrainedStart,
  reportError,
  settingsOfSteps,
  usualBlocks,
  usualDecay,
  type ArchitectureInfo,
  type Block,
  type BroughtModelInfo,
  type FitChoice,
  type Graph,
  type ModelChoice,
  type ModelDescription,
  type TesseraError,
  type TrainSettings,
} from '../../../app/contract/index.ts';
import type { client } from '../../client/index.ts';
import { addBlock, blockOfLayer, moveBlock } from './layer-blocks.ts';

/** Pause after the last change before the network is described, ms. */
const describePause = 150;

/** Weights that come with the app, or none: drawn at random, or learned on ImageNet, and then what of them goes on learning. */
export type OwnStart = 'scratch' | 'head' | 'last' | 'all';
/** Where weights come from; `model`: from one that was brought in. */
export type Start = OwnStart | 'model';

/** What the picture data says about a network's two ends. */
export interface DataShape {
  channels: number;
  classes: number;
}

type Settings = Omit<TrainSettings, 'model'>;
type OptionalKey = {
  [Key in keyof Settings]-?: undefined extends Settings[Key] ? Key : never;
}[keyof Settings];

/** What a person sets before pressing Train: the network, either known by name or made of blocks, and the rest. */
export class TrainForm {
  settings = $state<Settings>(withoutModel(defaultTrainSettings));
  architectures = $state.raw<readonly ArchitectureInfo[]>([]);
  /** Name of an architecture; null while the person edits blocks. */
  architecture = $state<string | null>('small-cnn');
  blocks = $state.raw<readonly Block[]>([]);
  /** A network of the person's own; it takes the place of the architecture and the blocks. */
  own = $state.raw<Graph | null>(null);
  description = $state.raw<ModelDescription | null>(null);
  /** Why the network could not be described at all, e.g. a lost connection. */
  error = $state.raw<TesseraError | null>(null);

  readonly model: ModelChoice = $derived(
    this.own !== null
      ? { kind: 'graph', graph: this.own, adapt: true }
      : this.architecture === null
        ? { kind: 'blocks', blocks: [...this.blocks] }
        : { kind: 'architecture', name: this.architecture },
  );
  /** Where the network does not fit together, and in which of the blocks; null when it does. */
  readonly problem: { block: number; layer: string; reason: string } | null = $derived.by(() => {
    const described = this.description;
    if (!described?.problem) return null;
    const { layer, reason } = described.problem;
    return { block: blockOfLayer(described.graph, layer), layer, reason };
  });

  readonly start: Start = $derived.by(() => {
    const { pretrained = 'scratch', startModel, fineTune } = this.settings;
    if (startModel !== undefined) return 'model';
    return pretrained === 'all' && typeof fineTune?.blocks === 'number' ? 'last' : pretrained;
  });
  /** The known architecture that is chosen; null where a model that was brought in has a network of its own. */
  readonly known: ArchitectureInfo | null = $derived(
    this.start === 'model'
      ? null
      : (this.architectures.find(({ name }) => name === this.architecture) ?? null),
  );
  /** False while a network is chosen that blocks cannot say. */
  readonly isEditable: boolean = $derived(this.own === null && this.known?.blocks !== null);

  readonly #api: Pick<typeof client, 'models'>;
  readonly #projectId: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  #isTouched = false;
  /** As it was before anybody changed it. */
  #untouched: string;

  constructor(api: Pick<typeof client, 'models'>, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
    this.#untouched = this.#text();
  }

  /** What a person changes while the screen is still loading stays. Throws what the call throws. */
  async read(): Promise<void> {
    this.architectures = await this.#api.models.architectures();
    if (this.#text() === this.#untouched) {
      this.choose(this.architecture ?? 'small-cnn');
      this.#untouched = this.#text();
    } else {
      this.blocks = this.known?.blocks ?? [];
    }
  }

  /** Nobody has changed anything yet. */
  get isUntouched(): boolean {
    return !this.#isTouched && this.#text() === this.#untouched;
  }

  /** Somebody is typing: what is in the field is not among the settings before it is left. */
  touch(): void {
    this.#isTouched = true;
  }

  /** Takes a known architecture, at the picture size that it was made for. */
  choose(name: string): void {
    const known = this.architectures.find((architecture) => architecture.name === name);
    if (!known) return;
    this.own = null;
    this.architecture = name;
    this.blocks = known.blocks ?? [];
    this.settings.imageSize = known.defaultImageSize;
  }

  /** Takes a network of the person's own, at the picture size that it says. */
  takeOwn(graph: Graph): void {
    this.own = graph;
    this.architecture = null;
    this.blocks = [];
    this.settings.imageSize = graph.input.height;
  }

  /** A pretrained start brings its network and its picture size. */
  startFrom(start: OwnStart): void {
    const { pretrained, startModel, fineTune, ...settings } = this.settings;
    const before = startModel === undefined ? pretrained : 'all';
    if (start === 'scratch') this.settings = settings;
    else if (start === 'head') this.settings = { ...withoutSteps(settings), pretrained: 'head' };
    else {
      const blocks = start === 'all' ? start : usualBlocks;
      const decay = fineTune?.decay ?? usualDecay;
      this.settings = { ...settings, pretrained: 'all', fineTune: { blocks, decay } };
      if (before !== 'all') this.settings.learningRate = gentleLearningRate[settings.optimizer];
    }
    if (start !== 'scratch') {
      // The list of architectures may still be on its way.
      this.own = null;
      this.architecture = pretrainedStart.architecture;
      this.settings.imageSize = pretrainedStart.imageSize;
      this.choose(pretrainedStart.architecture);
    } else if (startModel !== undefined && this.architecture !== null) {
      this.choose(this.architecture);
    }
  }

  /** A model that was brought in brings its network, its picture size and what its numbers are brought to. */
  startFromModel({ id, input }: Pick<BroughtModelInfo, 'id' | 'input'>): void {
    const { start, startModel, pretrained, fineTune, frozen: _, rates: _rates, ...settings } = this.settings;
    const isRandom = (start ?? startModel ?? pretrained) === undefined;
    this.settings = {
      ...settings,
      startModel: id,
      // Another network has other blocks.
      fineTune: { blocks: 'all', decay: fineTune?.decay ?? usualDecay },
      imageSize: input.height,
      ...(isRandom && { learningRate: gentleLearningRate[settings.optimizer] }),
    };
  }

  /** Takes what is best for a time. */
  take({ model, imageSize, epochs, pretrained }: FitChoice): void {
    this.startFrom(pretrained ?? 'scratch');
    this.choose(model);
    this.settings.imageSize = imageSize;
    if (pretrained === undefined) this.settings.epochs = epochs;
  }

  /** Takes the settings of an earlier run. */
  adopt({ model, ...settings }: TrainSettings): void {
    if (model.kind === 'architecture') this.choose(model.name);
    if (model.kind === 'blocks') this.#edit(model.blocks);
    // The network of a model that was brought in comes with that model.
    if (model.kind === 'graph' && settings.startModel === undefined) this.takeOwn(model.graph);
    this.settings = settings;
  }

  /** Sets what may also be left out; `undefined` leaves it out. */
  set<Key extends OptionalKey>(key: Key, value: Settings[Key] | undefined): void {
    const { [key]: _, ...rest } = this.settings;
    this.settings = (value === undefined ? rest : { ...rest, [key]: value }) as Settings;
  }

  add(kind: Block['kind']): void {
    this.#edit(addBlock(this.blocks, kind));
  }

  move(index: number, by: -1 | 1): void {
    this.#edit(moveBlock(this.blocks, index, by));
  }

  remove(index: number): void {
    this.#edit(this.blocks.toSpliced(index, 1));
  }

  change(index: number, block: Block): void {
    this.#edit(this.blocks.with(index, block));
  }

  /**
   * Asks for shapes and cost a moment after the last change; answers that were overtaken are dropped. `startModel` is the id of
   * a model that was brought in, whose network it is then.
   */
  describeSoon(
    model: ModelChoice,
    imageSize: number,
    { channels, classes }: DataShape,
    startModel: string | undefined,
  ): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
    const asked = this.#asked;
    this.#timer = setTimeout(async () => {
      try {
        const { models } = this.#api;
        const description =
          startModel === undefined
            ? await models.describe({ model, imageSize, channels, classes })
            : await models.describeBrought({ projectId: this.#projectId, modelId: startModel, imageSize });
        if (asked !== this.#asked) return;
        this.description = description;
        this.error = null;
      } catch (error) {
        if (asked === this.#asked) this.error = errorFromReport(reportError(error));
      }
    }, describePause);
  }

  #text(): string {
    return JSON.stringify([this.settings, this.architecture, this.own]);
  }

  /** Any change of the layers makes the network the person's own. */
  #edit(blocks: readonly Block[]): void {
    this.own = null;
    this.architecture = null;
    this.blocks = blocks;
  }
}

/** A new head is fitted in one go: what belongs to steps would be refused. A pretrained start is one already. */
function withoutSteps(settings: Settings): Settings {
  const kept = Object.entries(settings).filter(
    ([name]) => !(settingsOfSteps as readonly string[]).includes(name),
  );
  // What is left out of them may be left out: each of these is optional.
  return Object.fromEntries(kept) as Settings;
}

function withoutModel({ model: _model, ...settings }: TrainSettings): Settings {
  return settings;
}
