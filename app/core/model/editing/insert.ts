import { type GraphEdit, type Layer, type SingleOp } from '../../../contract/index.ts';
import type { Unplaced } from '../graph-builder.ts';
import { layerOutput, type Shape } from '../shapes.ts';
import {
  freeName,
  inputAt,
  layerOf,
  moveEnd,
  namesOf,
  putBehind,
  redirect,
  replaceLayer,
  requireSource,
  withInput,
  type Draft,
} from './draft.ts';
import type { EditContext } from './edit-graph.ts';
import { newLayer, usualName } from './new-layer.ts';

type Insert = Extract<GraphEdit, { kind: 'insert' }>;

/** Gives the first of the new layers. */
export function insertLayers(draft: Draft, { ops, at }: Insert, context: EditContext): string {
  if ('before' in at) {
    const reader = layerOf(draft, at.before);
    const from = inputAt(reader, at.input);
    const layers = newLayers(draft, ops, from, context);
    putBehind(draft, from, layers);
    replaceLayer(draft, withInput(reader, at.input, lastOf(layers, from)));
    return firstOf(layers, from);
  }
  requireSource(draft, at.after);
  const layers = newLayers(draft, ops, at.after, context);
  const end = lastOf(layers, at.after);
  redirect(draft, at.after, end, new Set());
  moveEnd(draft, at.after, end);
  putBehind(draft, at.after, layers);
  return firstOf(layers, at.after);
}

/** New layers of these kinds, one after the other, the first of which reads `from`. */
export function newLayers(
  draft: Draft,
  ops: readonly SingleOp[],
  from: string,
  { shapes, classes }: EditContext,
): Layer[] {
  const layers: Layer[] = [];
  const names = namesOf(draft);
  let shape = shapes.get(from) ?? null;
  let input = from;
  ops.forEach((op, place) => {
    const made = newLayer(op, shape, input === 'input', classes);
    // Batch norm has a bias of its own.
    const settings =
      made.op === 'conv2d' && ops[place + 1] === 'batchNorm2d' ? { ...made, bias: false } : made;
    const layer = named(settings, input, names);
    layers.push(layer);
    shape = outputOf(layer, shape);
    input = layer.id;
  });
  return layers;
}

/** Settings as layers with names that are free, one after the other. */
export function placeLayers(draft: Draft, made: readonly Unplaced[], from: string): Layer[] {
  const names = namesOf(draft);
  let input = from;
  return made.map((settings) => {
    const layer = named(settings, input, names);
    input = layer.id;
    return layer;
  });
}

function named(settings: Unplaced, input: string, names: Set<string>): Layer {
  const id = freeName(names, `${usualName(settings.op)}1`);
  names.add(id);
  return { ...settings, id, input };
}

/** Null where the layer does not fit there: the survey says why. */
function outputOf(layer: Layer, shape: Shape | null): Shape | null {
  if (shape === null) return null;
  try {
    return layerOutput(layer, [shape]);
  } catch {
    return null;
  }
}

export const firstOf = (layers: readonly Layer[], otherwise: string): string => layers[0]?.id ?? otherwise;
export const lastOf = (layers: readonly Layer[], otherwise: string): string => layers.at(-1)?.id ?? otherwise;
