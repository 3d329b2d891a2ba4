import { layerInputs, type GraphEdit, type Layer } from '../../../contract/index.ts';
import {
  layerOf,
  namesOf,
  refuseEdit,
  redirect,
  moveEnd,
  replaceLayer,
  withInputs,
  type Draft,
} from './draft.ts';
import type { EditContext } from './edit-graph.ts';
import { newLayer } from './new-layer.ts';

/** Other settings, or another layer that reads as many; what it reads stays. Gives its id. */
export function changeLayer(draft: Draft, wanted: Layer): string {
  const before = layerOf(draft, wanted.id);
  const inputs = layerInputs(before);
  if ('inputs' in before !== 'inputs' in wanted) {
    refuseEdit(`${before.id} would read another number of layers; remove it and put in the other`);
  }
  if (wanted.op === 'mul' && inputs.length !== 2) {
    refuseEdit(`${before.id} has ${inputs.length} inputs, and exactly two can be multiplied`);
  }
  replaceLayer(draft, withInputs(keepSize(before, wanted), inputs));
  return wanted.id;
}

/** Another kind of layer in the same place, with the settings of a new one. Gives its id. */
export function replaceKind(
  draft: Draft,
  { layer: id, op }: Extract<GraphEdit, { kind: 'replace' }>,
  { shapes, classes }: EditContext,
): string {
  const before = layerOf(draft, id);
  if (before.op === op) return id;
  const inputs = [...layerInputs(before)];
  const [input = 'input'] = inputs;
  const wanted: Layer =
    op === 'add' || op === 'concat' || op === 'mul'
      ? { op, id, inputs }
      : { ...newLayer(op, shapes.get(input) ?? null, input === 'input', classes), id, input };
  return changeLayer(draft, wanted);
}

/** Padding that kept the size of the picture follows the kernel, unless it was changed itself. */
function keepSize(before: Layer, wanted: Layer): Layer {
  if (before.op !== 'conv2d' || wanted.op !== 'conv2d') return wanted;
  const keeping = ({
    kernel: [height, width],
    dilation,
  }: typeof wanted): [number, number, number, number] => {
    const [vertical, horizontal] = [
      Math.floor(((height - 1) * dilation[0] + 1) / 2),
      Math.floor(((width - 1) * dilation[1] + 1) / 2),
    ];
    return [vertical, horizontal, vertical, horizontal];
  };
  const isUnchanged = before.padding.join() === wanted.padding.join();
  const kept = before.padding.join() === keeping(before).join();
  return isUnchanged && kept ? { ...wanted, padding: keeping(wanted) } : wanted;
}

export function renameLayer(
  draft: Draft,
  { layer: id, name: wanted }: Extract<GraphEdit, { kind: 'rename' }>,
): string {
  const layer = layerOf(draft, id);
  const name = wanted.trim();
  if (name === id) return id;
  if (name === '' || name === 'input') refuseEdit(`a layer cannot be called “${name}”`);
  if (namesOf(draft).has(name)) refuseEdit(`another layer is called ${name}`);
  draft.layers = draft.layers.map((each) => (each === layer ? { ...layer, id: name } : each));
  redirect(draft, id, name, new Set());
  moveEnd(draft, id, name);
  return name;
}
