import type { Graph, Layer, LayerOp } from '../../contract/index.ts';
import type { ModelTarget } from './blocks.ts';
import { walkShapes } from './shapes.ts';

/** A layer before it has a name and a place. */
export type Unplaced = Layer extends infer L
  ? L extends { input: string }
    ? Omit<L, 'id' | 'input'>
    : never
  : never;

interface ConvolutionSize {
  filters: number;
  kernel: number;
  /** Default 1. */
  stride?: number;
  /** On every side, or top, left, bottom, right. Default ⌊kernel/2⌋, which keeps the size at stride 1. */
  padding?: number | readonly [number, number, number, number];
  /** Default 1. */
  groups?: number;
  /** Default false, as before a batch norm. */
  bias?: boolean;
}

interface PoolSize {
  window: number;
  stride: number;
  /** Default 0. */
  padding?: number;
  /** A last window may reach over the edge. Default false. */
  ceilMode?: boolean;
}

/** Operators without settings of their own. */
type Plain = Extract<
  LayerOp,
  'relu' | 'relu6' | 'hardSwish' | 'sigmoid' | 'tanh' | 'flatten' | 'globalAvgPool'
>;

/**
 * Writes a network down, layer after layer. Every method gives the id of the layer that it put last, for the next one to
 * read. Ids of layers with parameters are the names of their modules in the PyTorch model that an architecture follows:
 * `<id>.weight` is then a key of its state dict.
 */
export class GraphBuilder {
  readonly #layers: Layer[] = [];
  readonly #auxiliary: NonNullable<Graph['auxiliary']> = [];
  readonly #target: ModelTarget;

  constructor(target: ModelTarget) {
    this.#target = target;
  }

  put(id: string, input: string, layer: Unplaced): string {
    this.#layers.push({ ...layer, id, input });
    return id;
  }

  plain(op: Plain, id: string, input: string): string {
    return this.put(id, input, { op });
  }

  conv(id: string, input: string, size: ConvolutionSize): string {
    const { filters, kernel, stride = 1, padding = Math.floor(kernel / 2), groups = 1, bias = false } = size;
    const border = typeof padding === 'number' ? ([padding, padding, padding, padding] as const) : padding;
    return this.put(id, input, {
      op: 'conv2d',
      filters,
      kernel: [kernel, kernel],
      stride: [stride, stride],
      padding: [...border],
      dilation: [1, 1],
      groups,
      bias,
    });
  }

  /** PyTorch's defaults, where a network does not say otherwise. */
  norm(id: string, input: string, { epsilon = 1e-5, momentum = 0.1 } = {}): string {
    return this.put(id, input, { op: 'batchNorm2d', epsilon, momentum });
  }

  maxPool(id: string, input: string, size: PoolSize): string {
    return this.#pool('maxPool2d', id, input, size);
  }

  avgPool(id: string, input: string, size: PoolSize): string {
    return this.#pool('avgPool2d', id, input, size);
  }

  /**
   * The average of a map in wanted × wanted fields, as a plain pool: the same as an adaptive one where the side is a
   * multiple. A smaller map stays as it is.
   */
  averageTo(id: string, input: string, wanted: number): string {
    const side = this.sideOf(input);
    if (side <= wanted) return input;
    const stride = Math.floor(side / wanted);
    return this.avgPool(id, input, { window: side - (wanted - 1) * stride, stride });
  }

  dropout(id: string, input: string, rate: number): string {
    return this.put(id, input, { op: 'dropout', rate });
  }

  dense(id: string, input: string, units: number): string {
    return this.put(id, input, { op: 'dense', units, bias: true });
  }

  /** One logit for each class. */
  logits(id: string, input: string): string {
    return this.dense(id, input, this.#target.classes);
  }

  add(id: string, ...inputs: string[]): string {
    this.#layers.push({ id, inputs, op: 'add' });
    return id;
  }

  concat(id: string, ...inputs: string[]): string {
    this.#layers.push({ id, inputs, op: 'concat' });
    return id;
  }

  /** Training adds the loss of this layer's logits, times `weight`. */
  auxiliary(layer: string, weight: number): void {
    this.#auxiliary.push({ layer, weight });
  }

  graph(name: string): Graph {
    const { channels, imageSize } = this.#target;
    return {
      name,
      input: { channels, height: imageSize, width: imageSize },
      layers: this.#layers,
      ...(this.#auxiliary.length > 0 && { auxiliary: this.#auxiliary }),
    };
  }

  /** Of the map that a layer gives; 0 where the pictures are too small to get there. */
  sideOf(id: string): number {
    try {
      for (const { layer, output } of walkShapes(this.graph(''))) if (layer.id === id) return output[1] ?? 0;
    } catch {
      // Whoever describes the graph says where it does not fit.
    }
    return 0;
  }

  #pool(
    op: 'maxPool2d' | 'avgPool2d',
    id: string,
    input: string,
    { window, stride, padding = 0, ceilMode = false }: PoolSize,
  ): string {
    return this.put(id, input, {
      op,
      window: [window, window],
      stride: [stride, stride],
      padding: [padding, padding],
      ...(ceilMode && { ceilMode }),
    });
  }
}
