import { layerInputs, type GraphEdit } from '../../../contract/index.ts';
import {
  inputAt,
  isEnd,
  layerOf,
  moveEnd,
  readersOf,
  redirect,
  refuseEdit,
  replaceLayer,
  withInput,
  withInputs,
  type Draft,
} from './draft.ts';

/** Changes places with the layer before it, or with the only one that reads it. Gives its id. */
export function moveLayer(draft: Draft, { layer: id, by }: Extract<GraphEdit, { kind: 'move' }>): string {
  const layer = layerOf(draft, id);
  if ('inputs' in layer) return refuseEdit(`${id} is where branches meet, so it cannot change places`);
  if (by < 0) moveUp(draft, id, layer.input);
  else moveDown(draft, id, layer.input);
  return id;
}

function moveUp(draft: Draft, id: string, before: string): void {
  if (before === 'input') refuseEdit(`nothing but the picture stands before ${id}`);
  const above = layerOf(draft, before);
  const others = readersOf(draft, before).filter((reader) => reader.id !== id);
  if (isEnd(draft, id) && others.length > 0) {
    refuseEdit(`${before} would be the last layer, but others read what it gives`);
  }
  redirect(draft, id, before, new Set([id]));
  moveEnd(draft, id, before);
  replaceLayer(draft, withInputs(layerOf(draft, id), [inputAt(above, 0)]));
  replaceLayer(draft, withInput(above, 0, id));
}

function moveDown(draft: Draft, id: string, before: string): void {
  const [reader, ...others] = readersOf(draft, id);
  if (reader === undefined || others.length > 0) {
    return refuseEdit(`${id} can change places only with a layer that alone reads it`);
  }
  const inputs = layerInputs(reader).map((name) => (name === id ? before : name));
  redirect(draft, reader.id, id, new Set([id]));
  moveEnd(draft, reader.id, id);
  replaceLayer(draft, withInputs(reader, inputs));
  replaceLayer(draft, withInputs(layerOf(draft, id), [reader.id]));
}
