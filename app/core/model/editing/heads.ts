import { layerInputs, type GraphEdit } from '../../../contract/index.ts';
import type { Unplaced } from '../graph-builder.ts';
import { layerOf, prune, putBehind, refuseEdit, type Draft } from './draft.ts';
import type { EditContext } from './edit-graph.ts';
import { lastOf, placeLayers } from './insert.ts';

/**
 * An auxiliary head: the average of what a layer gives and a dense layer, whose loss counts with the weight. Of a layer that is
 * one only the weight changes; null takes it away, with what leads to it alone. Gives the head, or what it read.
 */
export function changeHead(
  draft: Draft,
  { layer: id, weight }: Extract<GraphEdit, { kind: 'head' }>,
  { shapes, classes }: EditContext,
): string {
  const layer = layerOf(draft, id);
  const isHead = draft.auxiliary.some((head) => head.layer === id);
  if (weight === null) {
    if (!isHead) refuseEdit(`${id} is no auxiliary head`);
    draft.auxiliary = draft.auxiliary.filter((head) => head.layer !== id);
    prune(draft, [id]);
    const read = layerInputs(layer).find((name) => draft.layers.some((each) => each.id === name));
    return read ?? draft.output;
  }
  if (isHead) {
    draft.auxiliary = draft.auxiliary.map((head) => (head.layer === id ? { layer: id, weight } : head));
    return id;
  }
  if (draft.output === id) refuseEdit(`${id} ends the network, and its loss is taken already`);
  const isFlat = shapes.get(layer.id)?.length === 1;
  const dense: Unplaced = { op: 'dense', units: classes, bias: true };
  const made: Unplaced[] = isFlat ? [dense] : [{ op: 'globalAvgPool' }, { op: 'flatten' }, dense];
  const way = placeLayers(draft, made, id);
  putBehind(draft, id, way);
  const head = lastOf(way, id);
  draft.auxiliary = [...draft.auxiliary, { layer: head, weight }];
  return head;
}
