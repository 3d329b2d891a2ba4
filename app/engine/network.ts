import type { Graph } from '../contract/index.ts';
import { calling, fromNative, type Cancellable, type NativeInput, type NativeNetwork } from './binding.ts';
import type { DataSet } from './data-set.ts';
import { sameShape, shapeMismatch, sizeOf } from './shapes.ts';
import type {
  Captured,
  CaptureRequest,
  Epoch,
  EpochStep,
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
  TrainedStep,
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
  /** Ids, in the graph's order. */
  readonly #layers: readonly string[];
  readonly #input: readonly [number, number, number];

  private constructor(native: NativeNetwork, { input, layers }: Graph) {
    this.#native = native;
    this.#layers = layers.map(({ id }) => id);
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
    const all = {
      training: true,
      loss: 'softmaxCrossEntropy',
      initialisation: 'he',
      frozen: [],
      ...options,
    } as const;
    return new Network(
      calling((addon) => new addon.NativeNetwork(graph, all)),
      graph,
    );
  }

  async trainStep(batch: LabeledBatch | SoftBatch, optimizer: OptimizerStep): Promise<TrainedStep> {
    this.#checkBatch('trainStep', batch);
    const { loss, correct, gradientNorm, brokenLayer } = await this.#run((native) =>
      native.trainStep(batch, optimizer),
    );
    return { loss, correct, ...this.#seen(gradientNorm, brokenLayer) };
  }

  async forward(input: ForwardInput): Promise<Tensor> {
    const given = this.#checkInput('forward', input);
    const data = await this.#run((native) => native.forward(given));
    return { data, shape: [given.count, this.classes] };
  }

  async evaluate(batch: LabeledBatch | SoftBatch): Promise<StepResult & { logits: Tensor }> {
    this.#checkBatch('evaluate', batch);
    const { logits, ...result } = await this.#run((native) => native.evaluate(batch));
    return { ...result, logits: { data: logits, shape: [batch.count, this.classes] } };
  }

  async trainEpoch(
    set: DataSet,
    { optimizer, ...epoch }: Epoch,
    onSteps: (steps: readonly EpochStep[]) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    let failure: { thrown: unknown } | null = null;
    const begin = (native: NativeNetwork) => {
      const running = native.trainEpoch(set.native, epoch, optimizer, (values) => {
        // Who cannot hear of the steps must not go on as if they had been heard of.
        try {
          if (failure === null) onSteps(this.#stepsOf(values));
        } catch (thrown) {
          failure = { thrown };
          running.cancel();
        }
      });
      return running;
    };
    const done = this.#cancellable(begin, signal);
    await done.catch((error: unknown) => {
      throw failure === null ? error : failure.thrown;
    });
    if (failure !== null) throw (failure as { thrown: unknown }).thrown;
  }

  async evaluateSet(
    set: DataSet,
    of: { rows: Int32Array; batchSize: number },
    signal?: AbortSignal,
  ): Promise<StepResult & { logits: Tensor }> {
    const { logits, ...result } = await this.#cancellable(
      (native) => native.evaluateSet(set.native, of),
      signal,
    );
    return { ...result, logits: { data: logits, shape: [of.rows.length, this.classes] } };
  }

  async features(input: ForwardInput, layers: readonly string[]): Promise<Record<string, Tensor>> {
    const given = this.#checkInput('features', input);
    const seen = await this.#run((native) => native.features(given, { layers }));
    return Object.fromEntries(
      seen.map(({ shape, output }, at) => [layers[at], { data: output, shape: [given.count, ...shape] }]),
    );
  }

  async capture(
    input: ForwardInput,
    { layers, training = false, gradientOf }: CaptureRequest,
  ): Promise<{ logits: Tensor; loss: number | null; layers: Record<string, Captured> }> {
    const given = this.#checkInput('capture', input);
    const byLoss = gradientOf !== undefined && 'loss' in gradientOf;
    const labels = gradientOf === undefined ? undefined : byLoss ? gradientOf.loss : gradientOf.logit;
    const batch = labels === undefined ? given : { ...given, labels };
    const kind = gradientOf === undefined ? 'nothing' : byLoss ? 'loss' : 'logit';
    const seen = await this.#run((native) => native.capture(batch, { layers, training, gradientOf: kind }));
    const captured = seen.layers.map(({ shape: each, output, gradient }, at) => {
      const shape = [given.count, ...each];
      const gave = { output: { data: output, shape }, gradient: gradient && { data: gradient, shape } };
      return [layers[at], gave] as const;
    });
    return {
      logits: { data: seen.logits, shape: [given.count, this.classes] },
      loss: byLoss ? seen.loss : null,
      layers: Object.fromEntries(captured),
    };
  }

  totalBytes(): Promise<number> {
    return this.#run((native) => native.totalBytes());
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

  #stepsOf(values: Float64Array): EpochStep[] {
    return Array.from({ length: values.length / stepNumbers }, (_, step) => {
      const own = values.subarray(stepNumbers * step, stepNumbers * (step + 1));
      const [loss, correct, pictures, seconds, norm, waited, broken] = own as unknown as Seven;
      return { loss, correct, pictures, seconds, waited, ...this.#seen(norm, broken) };
    });
  }

  #seen(norm: number, brokenLayer: number): Pick<TrainedStep, 'gradientNorm' | 'brokenLayer'> {
    return {
      gradientNorm: Number.isNaN(norm) ? null : norm,
      brokenLayer: this.#layers[brokenLayer] ?? null,
    };
  }

  async #run<T>(call: (native: NativeNetwork) => Promise<T>): Promise<T> {
    try {
      return await call(this.#native);
    } catch (thrown) {
      throw fromNative(thrown);
    }
  }

  async #cancellable<T>(begin: (native: NativeNetwork) => Cancellable<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const running = calling(() => begin(this.#native));
    const cancel = (): void => running.cancel();
    signal?.addEventListener('abort', cancel);
    try {
      return await running.promise;
    } catch (thrown) {
      if (signal?.aborted === true && (thrown as { code?: unknown }).code === 'cancelled')
        throw signal.reason;
      throw fromNative(thrown);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** As the addon takes it. Throws `shapeMismatch` unless it is of the network's size. */
  #checkInput(operator: string, input: ForwardInput): NativeInput {
    if ('pictures' in input) {
      this.#checkBatch(operator, input);
      return input;
    }
    const [count = 0, ...rest] = input.shape;
    if (!sameShape(rest, this.#input) || input.data.length !== sizeOf(input.shape)) {
      throw shapeMismatch(
        operator,
        `it got [${input.shape.join(', ')}], but takes [N, ${this.#input.join(', ')}]`,
      );
    }
    return { data: input.data, count };
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

/** That the addon tells of a step. */
const stepNumbers = 7;
type Seven = [number, number, number, number, number, number, number];

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
