import { layerInputs, type Layer } from '../../../contract/index.ts';
import { waysOf } from './blocks-of.ts';
import {
  freeName,
  isEnd,
  layerOf,
  moveEnd,
  namesOf,
  putBehind,
  redirect,
  refuseEdit,
  withInputs,
  type Draft,
} from './draft.ts';

/** Gives the first of the copies. */
export function duplicateLayers(draft: Draft, ids: readonly string[]): string {
  for (const id of ids) layerOf(draft, id);
  const inside = new Set(ids);
  const originals = draft.layers.filter(({ id }) => inside.has(id));
  const last = originals.at(-1);
  const [one] = originals;
  if (last === undefined || one === undefined) return refuseEdit('there is no layer to copy');
  const ways =
    waysOf({ layers: inOrder(draft), auxiliary: draft.auxiliary }, ids) ?? lonely(draft, one, originals);
  const names = copiedNames(namesOf(draft), originals);
  const nameOf = (id: string): string => names.get(id) ?? id;
  const copies = originals.map((layer) => {
    const inputs = layerInputs(layer).map((name) => (inside.has(name) ? nameOf(name) : ways.exit));
    return { ...withInputs(layer, inputs), id: nameOf(layer.id) };
  });
  const exit = nameOf(ways.exit);
  redirect(draft, ways.exit, exit, inside);
  if (isEnd(draft, ways.exit)) moveEnd(draft, ways.exit, exit);
  putBehind(draft, last.id, copies);
  return copies[0]?.id ?? exit;
}

/** As a graph has them: the end last. */
const inOrder = ({ layers, output }: Draft): Layer[] => [
  ...layers.filter(({ id }) => id !== output),
  ...layers.filter(({ id }) => id === output),
];

/** A single layer that nothing reads can be copied too; anything else has no one way in and out. */
function lonely(draft: Draft, layer: Layer, all: readonly Layer[]): { entry: string; exit: string } {
  const inputs = new Set(layerInputs(layer));
  const [entry] = inputs;
  if (all.length === 1 && inputs.size === 1 && entry !== undefined) return { entry, exit: layer.id };
  const which = all.length === 1 ? layer.id : 'what is to be copied';
  return refuseEdit(
    `${which} has more than one way in or out, so a copy cannot stand behind it; copy what lies on one way`,
  );
}

/** `stage1.block2.conv1` of a whole block becomes `stage1.block3.conv1`, where that is free; a single `conv1` becomes `conv2`. */
function copiedNames(taken: Set<string>, layers: readonly Layer[]): Map<string, string> {
  const prefix = layers.length > 1 ? commonPrefix(layers.map(({ id }) => id)) : '';
  const names = new Map<string, string>();
  const rename = (make: (id: string) => string): boolean => {
    const made = layers.map(({ id }): [string, string] => [id, make(id)]);
    if (made.some(([, name]) => taken.has(name))) return false;
    for (const [id, name] of made) names.set(id, name);
    return true;
  };
  if (prefix !== '') {
    const base = prefix.replace(/\d+$/, '');
    const first = Number(/\d+$/.exec(prefix)?.[0] ?? 1) + 1;
    for (let number = first; number <= first + taken.size; number += 1) {
      const next = `${base}${number}`;
      const isFree = [...taken].every((name) => name !== next && !name.startsWith(`${next}.`));
      if (isFree && rename((id) => `${next}${id.slice(prefix.length)}`)) return names;
    }
  }
  for (const { id } of layers) {
    const name = freeName(taken, id);
    taken.add(name);
    names.set(id, name);
  }
  return names;
}

/** The parts, between dots, that all names begin with; empty where one of them is only that. */
function commonPrefix([first = '', ...others]: readonly string[]): string {
  const parts = first.split('.');
  const isShared = (count: number): boolean => {
    const prefix = parts.slice(0, count).join('.');
    return [first, ...others].every((id) => id === prefix || id.startsWith(`${prefix}.`));
  };
  let count = 0;
  while (count < parts.length && isShared(count + 1)) count += 1;
  return parts.slice(0, count).join('.');
}
