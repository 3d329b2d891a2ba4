import { layerInputs, TesseraError, type Layer } from '../../../contract/index.ts';
import type { Unplaced } from '../../../core/model/graph-builder.ts';
import { layerOutput, type Shape } from '../../../core/model/shapes.ts';
import type { FloatTensor } from '../../safetensors.ts';
import type { Constant } from './constants.ts';

/**
 * What a layer gives, times `scale` plus `shift`: one number, or one for each channel. Files multiply and add where our
 * networks have a normalisation, a bias, a batch norm or a hard sigmoid; which one it is shows later.
 */
export interface Picture {
  kind: 'picture';
  layer: string;
  /** Of the layer, without the batch. */
  shape: Shape;
  /** As the file arranges the same numbers, without the batch. */
  dims: Shape;
  scale: readonly number[];
  shift: readonly number[];
}
/** The shape of a value: 0 stands for the batch, as Reshape takes it. */
export type Value = Picture | Constant;

const greatestNumbers = 2 ** 28;
const goodId = /^[A-Za-z_][\w./:-]{0,199}$/;

type Joined = Extract<Layer, { inputs: string[] }>['op'];

/** The network as far as it is read: layers in order, with their parameters. */
export class ImportedNetwork {
  readonly layers: Layer[] = [];
  readonly tensors = new Map<string, FloatTensor>();
  readonly #shapes = new Map<string, Shape>();
  readonly #readers: ReadonlyMap<string, number>;

  /** `readers`: how many nodes read a value, by its layer once it has one. */
  constructor(input: Shape, readers: ReadonlyMap<string, number>) {
    this.#shapes.set('input', input);
    this.#readers = readers;
  }

  input(dims: Shape, scale: number): Picture {
    const shape = this.#shapes.get('input') ?? [];
    return { kind: 'picture', layer: 'input', shape, dims, scale: [scale], shift: [0] };
  }

  /** One more layer on what another one gives. `refuse` takes why it does not fit. */
  put(layer: Unplaced, input: Picture, wanted: string, refuse: (reason: string) => never): Picture {
    return this.#place(
      { ...layer, input: this.settled(input, refuse).layer, id: this.#id(wanted, layer.op) },
      refuse,
    );
  }

  join(op: Joined, inputs: readonly Picture[], wanted: string, refuse: (reason: string) => never): Picture {
    const names = inputs.map((each) => this.settled(each, refuse).layer);
    return this.#place({ op, inputs: names, id: this.#id(wanted, op) } as Layer, refuse);
  }

  /** What a layer of equal zeros on opposite sides stands around, and how many there are; null where a value is not of one. */
  beforePadding({ layer: id }: Picture): { input: Picture; padding: [height: number, width: number] } | null {
    const layer = this.layers.find((each) => each.id === id);
    if (layer?.op !== 'pad2d') return null;
    const [top, left, bottom, right] = layer.padding;
    const shape = this.#shapes.get(layer.input);
    if (shape === undefined || top !== bottom || left !== right) return null;
    const input: Picture = {
      kind: 'picture',
      layer: layer.input,
      shape,
      dims: shape,
      scale: [1],
      shift: [0],
    };
    return { input, padding: [top, left] };
  }

  parameter(layer: string, name: string, tensor: FloatTensor): void {
    this.tensors.set(`${layer}.${name}`, tensor);
  }

  /**
   * The same value with nothing left to multiply or add, in the layer's own order: into the weights before where nobody else
   * reads them, otherwise as a batch norm that stays as it is.
   */
  settled(value: Picture, refuse: (reason: string) => never): Picture {
    if (value.dims.join() !== value.shape.join()) {
      return refuse(`it reads numbers rearranged to [${value.dims.join(', ')}], which no layer takes`);
    }
    if (isPlain(value)) return value;
    const { layer, shape } = value;
    if (layer === 'input') return { ...value, scale: [1], shift: [0] };
    const [channels = 0] = shape;
    const each = (values: readonly number[]): Float32Array =>
      Float32Array.from({ length: channels }, (_, channel) => values[channel % values.length] ?? 0);
    const [scale, shift] = [each(value.scale), each(value.shift)];
    if (this.#folded(layer, scale, shift)) return { ...value, scale: [1], shift: [0] };
    if (shape.length !== 3)
      return refuse('it multiplies or adds numbers to a row where no layer can take them');
    const epsilon = 1e-5;
    const plain = { ...value, scale: [1], shift: [0] };
    const norm = this.put(
      { op: 'batchNorm2d', epsilon, momentum: 0.1, frozen: true },
      plain,
      'scale',
      refuse,
    );
    const tensor = (data: Float32Array): FloatTensor => ({ data, shape: [channels] });
    this.parameter(norm.layer, 'weight', tensor(scale.map((factor) => factor * Math.sqrt(1 + epsilon))));
    this.parameter(norm.layer, 'bias', tensor(shift));
    this.parameter(norm.layer, 'running_mean', tensor(new Float32Array(channels)));
    this.parameter(norm.layer, 'running_var', tensor(new Float32Array(channels).fill(1)));
    return norm;
  }

  /** Into the convolution or dense layer that gives the value, where that is its only use. */
  #folded(id: string, scale: Float32Array, shift: Float32Array): boolean {
    const place = this.layers.findIndex((each) => each.id === id);
    const layer = this.layers[place];
    if (layer === undefined || (layer.op !== 'conv2d' && layer.op !== 'dense')) return false;
    if ((this.#readers.get(id) ?? 0) > 1 || this.layers.some((each) => layerInputs(each).includes(id)))
      return false;
    const weight = this.tensors.get(`${id}.weight`);
    if (weight === undefined) return false;
    const each = weight.data.length / scale.length;
    const data = weight.data.map((value, at) => value * (scale[Math.floor(at / each)] ?? 1));
    const before = this.tensors.get(`${id}.bias`)?.data ?? new Float32Array(scale.length);
    const bias = before.map((value, channel) => value * (scale[channel] ?? 1) + (shift[channel] ?? 0));
    this.layers[place] = { ...layer, bias: true };
    this.parameter(id, 'weight', { data, shape: weight.shape });
    this.parameter(id, 'bias', { data: bias, shape: [bias.length] });
    return true;
  }

  #place(layer: Layer, refuse: (reason: string) => never): Picture {
    const inputs = layerInputs(layer).map((name) => this.#shapes.get(name) ?? []);
    const shape = shapeOr(layer, inputs, refuse);
    const count = shape.reduce((product, size) => product * size, 1);
    if (!(count > 0 && count <= greatestNumbers)) refuse(`it would give ${shape.join(' × ')} numbers`);
    this.layers.push(layer);
    this.#shapes.set(layer.id, shape);
    return { kind: 'picture', layer: layer.id, shape, dims: shape, scale: [1], shift: [0] };
  }

  /** The name in the file where it can be one of ours and is free, otherwise the operator with a number. */
  #id(wanted: string, op: string): string {
    const name = wanted.replace(/^\/+/, '');
    if (goodId.test(name) && !this.#shapes.has(name)) return name;
    for (let number = this.layers.length + 1; ; number += 1) {
      if (!this.#shapes.has(`${op}${number}`)) return `${op}${number}`;
    }
  }
}

export const isPlain = ({ scale, shift }: Picture): boolean =>
  scale.every((value) => value === 1) && shift.every((value) => value === 0);

function shapeOr(layer: Layer, inputs: readonly Shape[], refuse: (reason: string) => never): Shape {
  try {
    return layerOutput(layer, inputs);
  } catch (error) {
    if (!(error instanceof TesseraError)) throw error;
    return refuse(String(error.details['reason']));
  }
}
