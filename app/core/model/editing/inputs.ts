import { layerInputs, type GraphEdit } from '../../../contract/index.ts';
import type { Shape } from '../shapes.ts';
import {
  dependsOn,
  inputAt,
  layerOf,
  putBehind,
  prune,
  redirect,
  moveEnd,
  isEnd,
  readersOf,
  refuseEdit,
  replaceLayer,
  requireReadable,
  requireSource,
  withInput,
  withInputs,
  type Draft,
} from './draft.ts';
import type { EditContext } from './edit-graph.ts';
import { fitting } from './fitting.ts';
import { firstOf, lastOf, placeLayers } from './insert.ts';

type Edit<Kind extends GraphEdit['kind']> = Extract<GraphEdit, { kind: Kind }>;

/** What it read before stays, also where nothing reads it any more: the survey says so. */
export function changeInput(draft: Draft, { layer: id, input, from }: Edit<'read'>): string {
  const layer = layerOf(draft, id);
  inputAt(layer, input);
  requireWay(draft, from, id);
  replaceLayer(draft, withInput(layer, input, from));
  return id;
}

export function addInput(draft: Draft, { layer: id, from }: Edit<'addInput'>): string {
  const layer = layerOf(draft, id);
  if (!('inputs' in layer)) return refuseEdit(`${id} reads one layer only`);
  if (layer.op === 'mul') return refuseEdit(`${id} multiplies two inputs, no more`);
  requireWay(draft, from, id);
  replaceLayer(draft, withInputs(layer, [...layer.inputs, from]));
  return id;
}

/** What led to this input alone goes with it; a join that is left with one input goes too. */
export function removeInput(draft: Draft, { layer: id, input }: Edit<'removeInput'>): string {
  const layer = layerOf(draft, id);
  if (!('inputs' in layer)) return refuseEdit(`${id} reads one layer only; remove the layer instead`);
  const cut = inputAt(layer, input);
  const left = layerInputs(layer).filter((_, place) => place !== input);
  const [only, ...more] = left;
  if (only === undefined || more.length > 0) {
    replaceLayer(draft, withInputs(layer, left));
    prune(draft, [cut]);
    return id;
  }
  const others = readersOf(draft, only).filter((reader) => reader !== layer);
  if (isEnd(draft, id) && (only === 'input' || isEnd(draft, only) || others.length > 0)) {
    refuseEdit(`${only} would end the network in its place, but others read what it gives`);
  }
  redirect(draft, id, only, new Set([id]));
  moveEnd(draft, id, only);
  draft.layers = draft.layers.filter((each) => each !== layer);
  prune(draft, [cut]);
  return only;
}

/** Gives the first of the new layers, or the layer itself where it fits already. */
export function fitInput(draft: Draft, { layer: id, input }: Edit<'fit'>, { shapes }: EditContext): string {
  const layer = layerOf(draft, id);
  const from = inputAt(layer, input);
  if (!('inputs' in layer)) return refuseEdit(`${id} reads one layer only`);
  const known = layer.inputs.map((name) => shapes.get(name) ?? null);
  const made = known.every((shape): shape is Shape => shape !== null) ? fitting(layer, known, input) : null;
  if (made === null) return refuseEdit(`nothing is known that makes what ${from} gives fit ${id}`);
  const way = placeLayers(draft, made, from);
  putBehind(draft, from, way);
  replaceLayer(draft, withInput(layer, input, lastOf(way, from)));
  return firstOf(way, id);
}

/** `from` may lead to the layer: it is there, no loss is taken of it, and it does not hang on the layer itself. */
function requireWay(draft: Draft, from: string, to: string): void {
  requireSource(draft, from);
  requireReadable(draft, from);
  if (from !== 'input' && dependsOn(draft, from, to)) {
    refuseEdit(
      from === to
        ? `${to} cannot read itself`
        : `${to} cannot read ${from}, which is computed from it: the way would go round in a circle`,
    );
  }
}
