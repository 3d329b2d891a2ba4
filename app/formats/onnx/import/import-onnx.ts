import { TesseraError, type Graph } from '../../../contract/index.ts';
import { predictionGraph } from '../../../core/model/prediction.ts';
import type { Normalisation } from '../../../core/training/plan.ts';
import type { FloatTensor } from '../../safetensors.ts';
import { decodeModel } from '../codec.ts';
import { metadataKey } from '../metadata.ts';
import {
  dataType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type ValueInfoProto,
} from '../schema.ts';
import { constantOf } from './constants.ts';
import { ImportedNetwork, type Picture, type Value } from './network.ts';
import { OnnxNode, shown } from './node.ts';
import { operators } from './operators.ts';

/** A classifier of another program as a network of ours, which answers and can be trained on. */
export interface ImportedModel {
  graph: Graph;
  /** By the parameters' names, `conv1.weight`. */
  tensors: Record<string, FloatTensor>;
  /** Class names in the order of the logits, where the file says them. */
  classes: string[] | null;
  /** Where the file scales pictures itself; null where it takes numbers that were scaled before. */
  normalisation: Normalisation | null;
}

const opsets = { oldest: 9, newest: 21 } as const;
const greatest = { nodes: 10_000, initializers: 20_000, side: 4096, name: 1000, classes: 100_000 } as const;

/**
 * Reads any ONNX classifier of the operators in `operators.ts`, opsets 9 to 21; it may come from anybody. `path` is only
 * named in errors. Throws `fileMalformed` with the node and its operator where one cannot be taken over.
 */
export function importOnnx(file: Uint8Array, path: string): ImportedModel {
  const refuse = (reason: string): never => {
    throw new TesseraError('fileMalformed', { path, format: 'ONNX', reason });
  };
  const model = decodeModel(file, path);
  const { graph } = model;
  if (graph === undefined) return refuse('it holds no network');
  const opset = opsetOf(model, refuse);
  checkSizes(graph, refuse);
  const values = new Map<string, Value>();
  for (const tensor of graph.initializer) {
    const { name = '' } = tensor;
    if (values.has(name)) refuse(`two constants are called ${name}`);
    values.set(name, constantOf(tensor, refuse));
  }
  const input = inputOf(graph, values, refuse);
  const output = outputOf(graph, refuse);
  const counted = new Map<string, number>();
  const network = new ImportedNetwork([input.channels, input.height, input.width], counted);
  values.set(input.name, network.input(input.dims, input.isBytes ? 1 : 1 / 255));
  const state: Reading = { values, network, counted, normalisation: null, isBytes: input.isBytes };
  read(graph.node, state, output, opset, path);
  const end = values.get(output) ?? refuse(`no node gives its output ${output}`);
  if (end.kind !== 'picture' || end.layer === 'input') return refuse('its output does not depend on a layer');
  return finished(end, state, input, model, refuse);
}

interface Reading {
  values: Map<string, Value>;
  network: ImportedNetwork;
  counted: Map<string, number>;
  normalisation: Normalisation | null;
  isBytes: boolean;
}

type Refuse = (reason: string) => never;

function opsetOf({ opsetImport = [] }: Partial<ModelProto>, refuse: Refuse): number {
  const own = opsetImport.find(({ domain = '' }) => domain === '' || domain === 'ai.onnx');
  const version = own?.version ?? 0;
  if (version >= opsets.oldest && version <= opsets.newest) return version;
  return refuse(
    `its operators are of version ${version}; versions ${opsets.oldest} to ${opsets.newest} are known`,
  );
}

function checkSizes({ node, initializer }: GraphProto, refuse: Refuse): void {
  if (node.length > greatest.nodes) refuse(`it has ${node.length} nodes; ${greatest.nodes} are allowed`);
  if (initializer.length > greatest.initializers) refuse(`it has ${initializer.length} constants`);
  const names = [
    ...node.flatMap(({ input = [], output = [] }) => [...input, ...output]),
    ...initializer.map(({ name = '' }) => name),
  ];
  if (names.some((name) => name.length > greatest.name))
    refuse('a name in it is longer than a thousand letters');
}

/** The one picture that goes in: [batch, channels, height, width] of floats, or of bytes with the channels behind. */
function inputOf(graph: GraphProto, values: ReadonlyMap<string, Value>, refuse: Refuse) {
  const free = graph.input.filter(({ name }) => !values.has(name));
  const [only, ...more] = free;
  if (only === undefined || more.length > 0)
    return refuse(`it takes ${free.length} inputs, where one picture is expected`);
  const { sizes, type } = typeOf(only);
  const isBytes = type === dataType.uint8;
  if (!isBytes && type !== dataType.float) return refuse('it takes neither bytes nor floats');
  const [, ...dims] = sizes;
  const [channels = 0, height = 0, width = 0] = isBytes ? [dims[2] ?? 0, dims[0] ?? 0, dims[1] ?? 0] : dims;
  const isPicture = sizes.length === 4 && (channels === 1 || channels === 3);
  const isSized = [height, width].every(
    (side) => Number.isInteger(side) && side > 0 && side <= greatest.side,
  );
  if (!isPicture || !isSized) {
    const shape = sizes.map((size) => (size > 0 ? String(size) : '?')).join(', ');
    return refuse(`it takes [${shape}], where pictures of a fixed size, grey or in colour, are expected`);
  }
  return { name: only.name, channels, height, width, dims, isBytes };
}

function typeOf({ type }: ValueInfoProto): { sizes: number[]; type: number } {
  const tensor = (type as Partial<ValueInfoProto['type']> | undefined)?.tensorType;
  const dims = (tensor?.shape as Partial<{ dim: { dimValue?: number }[] }> | undefined)?.dim ?? [];
  return { sizes: dims.map(({ dimValue = 0 }) => dimValue), type: tensor?.elemType ?? 0 };
}

/** The logits: what is called so, or the first. */
function outputOf({ output }: GraphProto, refuse: Refuse): string {
  const named = output.find(({ name }) => name === 'logits') ?? output[0];
  return named?.name ?? refuse('it gives no output');
}

function read(
  nodes: readonly NodeProto[],
  state: Reading,
  output: string,
  opset: number,
  path: string,
): void {
  const { values, network, counted } = state;
  const uses = new Map<string, number>();
  for (const { input = [] } of nodes) for (const name of input) uses.set(name, (uses.get(name) ?? 0) + 1);
  const needed = neededNodes(nodes, output);
  for (const proto of nodes) {
    if (!needed.has(proto)) continue;
    const inputs = (proto.input ?? []).map((name) => (name === '' ? null : (values.get(name) ?? undefined)));
    const known = inputs.map((value) => value ?? null);
    const node = new OnnxNode(proto, known, opset, path);
    const missing = inputs.indexOf(undefined);
    if (missing >= 0) node.refuse(`no node before it gives its input ${missing + 1}`);
    if (node.output === '' || values.has(node.output)) node.refuse('its output has no name of its own');
    const operator = operatorOf(proto);
    if (operator === undefined)
      node.refuse(`Tessera does not know this operator${others(needed, node.operator)}`);
    // A softmax at the end turns logits into shares, which the app does itself.
    const isEnd = node.output === output && ['Softmax', 'LogSoftmax'].includes(node.operator);
    const takesPicture = known.some((value) => value?.kind === 'picture' && value.layer === 'input');
    // Of two layers, Mul and Add are layers themselves.
    const joins = known.filter((value) => value?.kind === 'picture').length > 1;
    if (takesPicture && (joins || !before.has(node.operator))) settle(state, known, node);
    const value = isEnd ? node.value(0) : operator?.(node, network);
    if (value === undefined) continue;
    if (value.kind === 'picture' && !counted.has(value.layer))
      counted.set(value.layer, uses.get(node.output) ?? 0);
    values.set(node.output, value);
  }
}

const operatorOf = ({ opType = '', domain = '' }: NodeProto) =>
  Object.hasOwn(operators, opType) && ['', 'ai.onnx'].includes(domain) ? operators[opType] : undefined;

/** The further operators that are not known, so that a person need not find them one by one. */
function others(needed: ReadonlySet<NodeProto>, first: string): string {
  const unknown = [...needed]
    .filter((node) => operatorOf(node) === undefined)
    .map(({ opType = '' }) => opType);
  const names = [...new Set(unknown)].filter((name) => name !== first).slice(0, 10);
  return names.length === 0 ? '' : `, nor ${names.toSorted().map(shown).join(', ')}`;
}

/** What may stand between the picture and the first layer. */
const before = new Set(['Cast', 'Transpose', 'Div', 'Sub', 'Mul', 'Add', 'Identity', 'Shape']);

/** The first layer decides what the numbers before it come to: a mean and a standard deviation for each channel. */
function settle(state: Reading, inputs: readonly (Value | null)[], node: OnnxNode): void {
  const picture = inputs.find(
    (value): value is Picture => value?.kind === 'picture' && value.layer === 'input',
  );
  if (picture === undefined) return;
  const [channels = 0] = picture.shape;
  const isUntouched =
    !state.isBytes &&
    picture.scale.length === 1 &&
    picture.scale[0] === 1 / 255 &&
    picture.shift.every((each) => each === 0);
  if (isUntouched) return;
  const each = (values: readonly number[], at: number): number => values[at % values.length] ?? 0;
  const std = Array.from({ length: channels }, (_, at) => 1 / (255 * each(picture.scale, at)));
  const mean = std.map((deviation, at) => -each(picture.shift, at) * deviation);
  if ([...std, ...mean].some((value) => !Number.isFinite(value)) || std.some((value) => value <= 0)) {
    node.refuse('what is done to pictures before it cannot be undone');
  }
  state.normalisation ??= { mean, std };
}

/** Those that lead to the output; others are never looked at. */
function neededNodes(nodes: readonly NodeProto[], output: string): Set<NodeProto> {
  const names = new Set([output]);
  const needed = new Set<NodeProto>();
  for (const node of nodes.toReversed()) {
    if (!(node.output ?? []).some((name) => names.has(name))) continue;
    needed.add(node);
    for (const name of node.input ?? []) names.add(name);
  }
  return needed;
}

function finished(
  end: Picture,
  { network, normalisation }: Reading,
  { channels, height, width }: Graph['input'],
  model: Partial<ModelProto>,
  refuse: Refuse,
): ImportedModel {
  let last = network.settled({ ...end, dims: end.shape }, refuse);
  if (last.shape.length === 3) last = network.put({ op: 'flatten' }, last, '', refuse);
  const [units = 0] = last.shape;
  if (units > greatest.classes) return refuse(`it tells ${units} classes apart`);
  const place = network.layers.findIndex(({ id }) => id === last.layer);
  const [logits] = network.layers.splice(place, 1);
  if (logits === undefined) return refuse('it holds no layer');
  const name = shortName(model.graph?.name);
  const all = { name, input: { channels, height, width }, layers: [...network.layers, logits] };
  const graph = predictionGraph(all);
  const ids = new Set(graph.layers.map(({ id }) => id));
  const own = [...network.tensors].filter(([parameter]) =>
    ids.has(parameter.slice(0, parameter.lastIndexOf('.'))),
  );
  return { graph, tensors: Object.fromEntries(own), classes: classesOf(model, units), normalisation };
}

const shortName = (name = ''): string => (/^[\w .-]{1,80}$/.test(name) ? name : 'imported');

/** A JSON list with as many names as there are logits; what is no such list says nothing. */
function classesOf({ metadataProps = [] }: Partial<ModelProto>, units: number): string[] | null {
  const text = metadataProps.find(({ key }) => key === metadataKey.labels)?.value;
  try {
    const list: unknown = JSON.parse(text ?? 'null');
    const isList =
      Array.isArray(list) && list.length === units && list.every((name) => typeof name === 'string');
    return isList ? (list as string[]) : null;
  } catch {
    return null;
  }
}
