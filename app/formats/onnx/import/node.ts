import { TesseraError } from '../../../contract/index.ts';
import type { AttributeProto, NodeProto } from '../schema.ts';
import { constantOf, type Constant } from './constants.ts';
import type { Value } from './network.ts';

/** A node with its inputs looked up: what operators are read from. */
export class OnnxNode {
  readonly operator: string;
  readonly opset: number;
  readonly inputs: readonly (Value | null)[];
  /** The name of its first parameter, without `.weight`: what its layer is best called. */
  readonly module: string;
  readonly output: string;
  readonly #attributes: Map<string, AttributeProto>;
  readonly #name: string;
  readonly #path: string;

  constructor(node: NodeProto, inputs: readonly (Value | null)[], opset: number, path: string) {
    const { name = '', opType, input = [], output = [], attribute = [] } = node;
    this.operator = opType;
    this.opset = opset;
    this.inputs = inputs;
    this.output = output[0] ?? '';
    this.#name = name === '' ? this.output : name;
    this.#path = path;
    this.#attributes = new Map(attribute.map((each) => [each.name, each]));
    const parameter = input[1] ?? '';
    this.module = parameter.endsWith('.weight') ? parameter.slice(0, -'.weight'.length) : name;
  }

  /** One sentence: which node of which operator, and why. */
  refuse = (reason: string): never => {
    const node = `its node ${shown(this.#name)} (${shown(this.operator)})`;
    throw new TesseraError('fileMalformed', {
      path: this.#path,
      format: 'ONNX',
      reason: `${node} cannot be taken over: ${reason}`,
    });
  };

  value(place: number): Value {
    return this.inputs[place] ?? this.refuse(`its input ${place + 1} is missing`);
  }

  constant(place: number): Constant {
    const value = this.optional(place);
    return value ?? this.refuse(`its input ${place + 1} is missing`);
  }

  /** A constant that may be left out. */
  optional(place: number): Constant | null {
    const value = this.inputs[place] ?? null;
    if (value !== null && value.kind !== 'constant') {
      return this.refuse(`its input ${place + 1} is computed, where weights of the file are expected`);
    }
    return value;
  }

  /** The numbers of a list that was an attribute before it became an input. */
  list(name: string, place: number): number[] | null {
    return this.ints(name) ?? (this.optional(place)?.data ? [...this.constant(place).data] : null);
  }

  int(name: string, otherwise: number): number {
    return this.#attributes.get(name)?.i ?? (this.#attributes.has(name) ? 0 : otherwise);
  }

  float(name: string, otherwise: number): number {
    return this.#attributes.get(name)?.f ?? (this.#attributes.has(name) ? 0 : otherwise);
  }

  ints(name: string): number[] | null {
    return this.#attributes.has(name) ? (this.#attributes.get(name)?.ints ?? []) : null;
  }

  text(name: string, otherwise: string): string {
    const bytes = this.#attributes.get(name)?.s;
    return bytes === undefined ? otherwise : new TextDecoder().decode(bytes);
  }

  /** Of a Constant. */
  ownValue(): Constant {
    const scalar = (value: number): Constant => ({
      kind: 'constant',
      data: Float32Array.of(value),
      shape: [],
    });
    for (const [name, { t, f, i, ints, floats }] of this.#attributes) {
      if (name === 'value' && t !== undefined) return constantOf(t, this.refuse);
      if (name === 'value_float') return scalar(f ?? 0);
      if (name === 'value_int') return scalar(i ?? 0);
      const list = name === 'value_ints' ? ints : name === 'value_floats' ? floats : undefined;
      if (list !== undefined)
        return { kind: 'constant', data: Float32Array.from(list), shape: [list.length] };
    }
    return this.refuse('its value is of a kind that networks of pictures do not have');
  }
}

/** A name of a file that may come from anybody, for a sentence. */
export const shown = (name: string): string =>
  /^[\x20-\x7e]{0,80}$/.test(name) ? name : `${printable(name).slice(0, 80)}…`;
const printable = (name: string): string => name.replaceAll(/[^\x20-\x7e]/g, '?');
