import { layerInputs, type GraphEdit, type Layer } from '../../../contract/index.ts';
import type { Shape } from '../shapes.ts';
import {
  dependsOn,
  freeName,
  layerOf,
  moveEnd,
  namesOf,
  putBehind,
  redirect,
  refuseEdit,
  replaceLayer,
  requireReadable,
  requireSource,
  withInputs,
  type Draft,
} from './draft.ts';
import type { EditContext } from './edit-graph.ts';
import { fitting } from './fitting.ts';
import { lastOf, newLayers, placeLayers } from './insert.ts';

type Branch = Extract<GraphEdit, { kind: 'branch' }>;

/**
 * A way from one layer to behind another, where both meet: in a new join, or in the layer itself where it is such a join. Which of the
 * two was named first does not matter, as a way can only lead onwards. Gives the join.
 */
export function addBranch(draft: Draft, { from, to, join, through }: Branch, context: EditContext): string {
  requireSource(draft, from);
  requireSource(draft, to);
  if (from === to) refuseEdit(`a branch from ${from} to itself leads nowhere`);
  const isBackwards = to === 'input' || (from !== 'input' && dependsOn(draft, from, to));
  const [begin, end] = isBackwards ? [to, from] : [from, to];
  requireReadable(draft, begin);
  const meeting = layerOf(draft, end);
  const goesOn = meeting.op === join && join !== 'mul';
  const inputShapes = goesOn ? layerInputs(meeting) : [end];
  const way = wayThrough(draft, begin, through, join, inputShapes, context);
  const arriving = lastOf(way, begin);
  putBehind(draft, begin, way);
  if (goesOn) {
    replaceLayer(draft, withInputs(meeting, [...layerInputs(meeting), arriving]));
    return meeting.id;
  }
  const id = freeName(namesOf(draft), `${join}1`);
  redirect(draft, end, id, new Set(way.map((layer) => layer.id)));
  moveEnd(draft, end, id);
  putBehind(draft, end, [joinOf(id, join, end, arriving)]);
  return id;
}

const joinOf = (id: string, op: Branch['join'], main: string, side: string): Layer =>
  // A multiplication has exactly two inputs, a sum at least two.
  ({ op, id, inputs: [main, side] }) satisfies Layer;

/** What stands on the new way; nothing where it fits by itself, or where what it meets is not known. */
function wayThrough(
  draft: Draft,
  begin: string,
  through: Branch['through'],
  join: Branch['join'],
  meets: readonly string[],
  context: EditContext,
): Layer[] {
  if (through !== 'fit') return newLayers(draft, through, begin, context);
  const shapes = [...meets, begin].map((name) => context.shapes.get(name) ?? null);
  if (!shapes.every((shape): shape is Shape => shape !== null)) return [];
  return placeLayers(draft, fitting({ op: join }, shapes, shapes.length - 1) ?? [], begin);
}
