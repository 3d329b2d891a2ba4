import type { Graph } from '../contract/index.ts';
import { calling, fromNative, type NativeNetwork } from './binding.ts';
import { sameShape, shapeMismatch, sizeOf } from './shapes.ts';
import type {
  ForwardInput,
  LabeledBatch,
  NetworkApi,
  NetworkOptions,
  OptimizerState,
  OptimizerStep,
  ParameterInfo,
  PictureBatch,
  SoftBatch,
  StepResult,
  Tensor,
} from './types.ts';

/** What the moving average of the weights is called among an optimiser's tensors. */
const average = 'average';

/** A compiled network on the native engine; see `NetworkApi`. */
export class Network implements NetworkApi {
  readonly parameters: readonly ParameterInfo[];
  readonly arenaBytes: number;
  readonly classes: number;
  readonly #native: NativeNetwork;
  /** Those with gradients. */
  readonly #trainable: readonly ParameterInfo[];
  /** Those of which an average is kept: frozen ones stay as they are. */
  readonly #averaged: readonly ParameterInfo[];
  readonly #input: readonly [number, number, number];

  private constructor(native: NativeNetwork, { input }: Graph) {
    this.#native = native;
    this.#input = [input.channels, input.height, input.width];
    this.parameters = native.parameters;
    this.#trainable = native.parameters.filter(({ trainable }) => trainable);
    this.#averaged = native.parameters.filter(
      ({ name, trainable }) => trainable || /\.running_(?:mean|var)$/.test(name),
    );
    this.arenaBytes = native.arenaBytes;
    this.classes = native.classes;
  }

  /** Plans all memory and draws the first weights. Throws `graphInvalid`, `shapeMismatch`, `engineUnavailable`. */
  static compile(graph: Graph, options: NetworkOptions): Network {
    const all = { training: true, loss: 'softmaxCrossEntropy', initialisation: 'he', ...options } as const;
    return new Network(
      calling((addon) => new addon.NativeNetwork(graph, all)),
      graph,
    );
  }

  async trainStep(batch: LabeledBatch | SoftBatch, optimizer: OptimizerStep): Promise<StepResult> {
    this.#checkBatch('trainStep', batch);
    return this.#run((native) => native.trainStep(batch, optimizer));
  }

  async forward(input: ForwardInput): Promise<Tensor> {
    if ('pictures' in input) {
      this.#checkBatch('forward', input);
      const data = await this.#run((native) => native.forwardPictures(input));
      return { data, shape: [input.count, this.classes] };
    }
    const [count = 0, ...rest] = input.shape;
    if (!sameShape(rest, this.#input) || input.data.length !== sizeOf(input.shape)) {
      throw shapeMismatch(
        'forward',
        `it got [${input.shape.join(', ')}], but takes [N, ${this.#input.join(', ')}]`,
      );
    }
    const data = await this.#run((native) => native.forwardTensor({ data: input.data, count }));
    return { data, shape: [count, this.classes] };
  }

  async evaluate(batch: LabeledBatch | SoftBatch): Promise<StepResult & { logits: Tensor }> {
    this.#checkBatch('evaluate', batch);
    const { logits, ...result } = await this.#run((native) => native.evaluate(batch));
    return { ...result, logits: { data: logits, shape: [batch.count, this.classes] } };
  }

  async readParameters(): Promise<Record<string, Tensor>> {
    return named(this.parameters, await this.#run((native) => native.readParameters()));
  }

  async writeParameters(tensors: Record<string, Tensor>): Promise<void> {
    const data = inOrder('writeParameters', this.parameters, tensors);
    await this.#run((native) => native.writeParameters(data));
  }

  /** The gradients of the last training step, by the parameters' names. */
  async readGradients(): Promise<Record<string, Tensor>> {
    return named(this.#trainable, await this.#run((native) => native.readGradients()));
  }

  async readOptimizerState(): Promise<OptimizerState> {
    const { kind, step, blocks } = await this.#run((native) => native.readOptimizer());
    const tensors: Record<string, Tensor> = {};
    for (const [block, values] of Object.entries(blocks)) {
      const known = block === average ? this.#averaged : this.#trainable;
      for (const [name, tensor] of Object.entries(named(known, values))) {
        tensors[`${name}.${block}`] = tensor;
      }
    }
    return { kind, step, tensors };
  }

  async writeOptimizerState({ kind, step, tensors }: OptimizerState): Promise<void> {
    const moments = kind === null ? [] : kind === 'sgd' ? ['momentum'] : ['m', 'v'];
    const hasAverage = Object.keys(tensors).some((name) => name.endsWith(`.${average}`));
    const names = hasAverage ? [...moments, average] : moments;
    const knownOf = (block: string) => (block === average ? this.#averaged : this.#trainable);
    const expected = names.reduce((sum, block) => sum + knownOf(block).length, 0);
    if (Object.keys(tensors).length !== expected) {
      throw shapeMismatch(
        'writeOptimizerState',
        `it needs ${expected} tensors, not ${Object.keys(tensors).length}`,
      );
    }
    const blocks = Object.fromEntries(
      names.map((block) => {
        const ofBlock = knownOf(block).map(({ name }) => [name, tensors[`${name}.${block}`]] as const);
        return [block, inOrder('writeOptimizerState', knownOf(block), Object.fromEntries(ofBlock))];
      }),
    );
    await this.#run((native) => native.writeOptimizer({ kind, step, blocks }));
  }

  async withAverage<T>(work: () => Promise<T>): Promise<T> {
    await this.#run((native) => native.swapAverage());
    try {
      return await work();
    } finally {
      await this.#run((native) => native.swapAverage());
    }
  }

  dispose(): void {
    this.#native.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  async #run<T>(call: (native: NativeNetwork) => Promise<T>): Promise<T> {
    try {
      return await call(this.#native);
    } catch (thrown) {
      throw fromNative(thrown);
    }
  }

  #checkBatch(operator: string, batch: PictureBatch | LabeledBatch | SoftBatch): void {
    const { pictures, count } = batch;
    const values = count * sizeOf(this.#input);
    if (pictures.length !== values) {
      const [channels, height, width] = this.#input;
      const shape = `${count} × ${height} × ${width} × ${channels}`;
      throw shapeMismatch(operator, `pictures have ${pictures.length} values, but ${shape} makes ${values}`);
    }
    if ('labels' in batch && batch.labels.length !== count) {
      throw shapeMismatch(operator, `there are ${batch.labels.length} labels for ${count} pictures`);
    }
    if ('targets' in batch && batch.targets.length !== count * this.classes) {
      const given = `there are ${batch.targets.length} targets`;
      throw shapeMismatch(operator, `${given} for ${count} pictures and ${this.classes} classes`);
    }
  }
}

function named(known: readonly ParameterInfo[], values: readonly Float32Array[]): Record<string, Tensor> {
  return Object.fromEntries(
    known.map(({ name, shape }, at) => [name, { data: values[at] ?? new Float32Array(), shape }]),
  );
}

/** The tensors in the parameters' order; exactly those, each in its shape. */
function inOrder(
  operator: string,
  known: readonly ParameterInfo[],
  tensors: Record<string, Tensor | undefined>,
): Float32Array[] {
  const names = new Set(known.map(({ name }) => name));
  const unknown = Object.keys(tensors).find((name) => !names.has(name));
  if (unknown !== undefined) throw shapeMismatch(operator, `${unknown} is not a parameter of this network`);
  return known.map(({ name, shape }) => {
    const tensor = tensors[name];
    if (tensor === undefined) throw shapeMismatch(operator, `${name} is missing`);
    if (!sameShape(tensor.shape, shape) || tensor.data.length !== sizeOf(shape)) {
      const [came, wanted] = [tensor.shape.join(', '), shape.join(', ')];
      throw shapeMismatch(operator, `${name} is [${came}], but must be [${wanted}]`);
    }
    return tensor.data;
  });
}
