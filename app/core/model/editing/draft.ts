import { layerInputs, TesseraError, type Graph, type Layer } from '../../../contract/index.ts';

/**
 * A network while it is changed. A graph tells by its order which layer ends it; here it is said, so that the order can be
 * mended at the end.
 */
export interface Draft {
  layers: Layer[];
  /** The layer whose numbers are the logits. */
  output: string;
  auxiliary: { layer: string; weight: number }[];
}

export const draftOf = ({ layers, auxiliary = [] }: Graph): Draft => ({
  layers: [...layers],
  output: layers.at(-1)?.id ?? 'input',
  auxiliary: [...auxiliary],
});

/** The draft in the place of a graph's layers. */
export function graphOfDraft({ auxiliary: _, ...graph }: Graph, draft: Draft): Graph {
  const heads = draft.auxiliary;
  return { ...graph, layers: ordered(draft), ...(heads.length > 0 && { auxiliary: heads }) };
}

/** Throws `editRefused`; the sentence goes on from “cannot be changed like this:”. */
export function refuseEdit(reason: string): never {
  throw new TesseraError('editRefused', { reason });
}

/** Throws `editRefused` where there is none of this id. */
export const layerOf = ({ layers }: Draft, id: string): Layer =>
  layers.find((layer) => layer.id === id) ?? refuseEdit(`it has no layer ${id}`);

/** Throws `editRefused` where there is neither a layer of this id, nor is it the picture. */
export function requireSource(draft: Draft, id: string): void {
  if (id !== 'input') layerOf(draft, id);
}

/** A loss is taken of what it gives, so that no layer may read it. */
export const isEnd = ({ output, auxiliary }: Draft, id: string): boolean =>
  id === output || auxiliary.some(({ layer }) => layer === id);

/** Throws `editRefused` for a layer that ends the network or is an auxiliary head. */
export function requireReadable(draft: Draft, id: string): void {
  if (isEnd(draft, id)) refuseEdit(`the loss is taken of what ${id} gives, so no other layer can read it`);
}

export const readersOf = ({ layers }: Pick<Draft, 'layers'>, id: string): Layer[] =>
  layers.filter((layer) => layerInputs(layer).includes(id));

/** The same layer with other inputs. */
export function withInputs(layer: Layer, inputs: readonly string[]): Layer {
  const [input = 'input'] = inputs;
  return 'inputs' in layer ? { ...layer, inputs: [...inputs] } : { ...layer, input };
}

/** The layer at `place` reads `from` instead of what it read. */
export const withInput = (layer: Layer, place: number, from: string): Layer =>
  withInputs(
    layer,
    layerInputs(layer).map((name, at) => (at === place ? from : name)),
  );

/** Throws `editRefused` where the layer has no such input. */
export const inputAt = (layer: Layer, place: number): string =>
  layerInputs(layer)[place] ?? refuseEdit(`${layer.id} has no input ${place + 1}`);

export function replaceLayer(draft: Draft, changed: Layer): void {
  draft.layers = draft.layers.map((layer) => (layer.id === changed.id ? changed : layer));
}

/** Whatever reads one layer reads the other from then on, but for the layers named in `except`. */
export function redirect(draft: Draft, from: string, to: string, except: ReadonlySet<string>): void {
  draft.layers = draft.layers.map((layer) => {
    const inputs = layerInputs(layer);
    if (except.has(layer.id) || !inputs.includes(from)) return layer;
    return withInputs(
      layer,
      inputs.map((name) => (name === from ? to : name)),
    );
  });
}

/** Gives the end, or the auxiliary head, that one layer was to another one. */
export function moveEnd(draft: Draft, from: string, to: string): void {
  if (draft.output === from) draft.output = to;
  draft.auxiliary = draft.auxiliary.map((head) => (head.layer === from ? { ...head, layer: to } : head));
}

/** Whether what a layer gives hangs on another one. */
export function dependsOn({ layers }: Pick<Draft, 'layers'>, id: string, on: string): boolean {
  const inputs = new Map(layers.map((layer) => [layer.id, layerInputs(layer)]));
  const seen = new Set<string>();
  const waiting = [id];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === on) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    waiting.push(...(inputs.get(next) ?? []));
  }
  return false;
}

/** Puts layers right behind another one in the list; at its beginning behind the picture. */
export function putBehind(draft: Draft, id: string, layers: readonly Layer[]): void {
  const at = draft.layers.findIndex((layer) => layer.id === id);
  draft.layers = draft.layers.toSpliced(at + 1, 0, ...layers);
}

/** Takes away these layers and what leads to them alone, where nothing reads it. */
export function prune(draft: Draft, ids: readonly string[]): void {
  const waiting = [...ids];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const layer = draft.layers.find((each) => each.id === id);
    if (layer === undefined || isEnd(draft, id) || readersOf(draft, id).length > 0) continue;
    draft.layers = draft.layers.filter((each) => each !== layer);
    waiting.push(...layerInputs(layer));
  }
}

/** `conv`, and where that is taken `conv2`; of `relu1` the next number that is free. */
export function freeName(taken: ReadonlySet<string>, wanted: string): string {
  if (!taken.has(wanted) && wanted !== 'input') return wanted;
  const base = wanted.replace(/\d+$/, '');
  for (let number = Number(/\d+$/.exec(wanted)?.[0] ?? 1) + 1; ; number += 1) {
    if (!taken.has(`${base}${number}`)) return `${base}${number}`;
  }
}

export const namesOf = ({ layers }: Pick<Draft, 'layers'>): Set<string> =>
  new Set(layers.map(({ id }) => id));

/** The layers in an order in which they can run, as it was where it can be so; what ends the network comes last. */
function ordered({ layers, output }: Draft): Layer[] {
  const byId = new Map(layers.map((layer) => [layer.id, layer]));
  const seen = new Set<Layer>();
  const order: Layer[] = [];
  const place = (layer: Layer): void => {
    if (seen.has(layer)) return;
    seen.add(layer);
    for (const name of layerInputs(layer)) {
      const read = byId.get(name);
      if (read !== undefined) place(read);
    }
    order.push(layer);
  };
  for (const layer of layers) if (layer.id !== output) place(layer);
  for (const layer of layers) place(layer);
  return order;
}
