import type { Graph, GraphEdit } from '../../../contract/index.ts';
import type { ModelTarget } from '../blocks.ts';
import { withClasses } from '../classifier.ts';
import { addBranch } from './branch.ts';
import { changeHead } from './heads.ts';
import { draftOf, graphOfDraft, refuseEdit, type Draft } from './draft.ts';
import { duplicateLayers } from './duplicate.ts';
import { addInput, changeInput, fitInput, removeInput } from './inputs.ts';
import { insertLayers } from './insert.ts';
import { moveLayer } from './move.ts';
import { removeLayers } from './remove.ts';
import { changeLayer, renameLayer, replaceKind } from './settings.ts';
import { shapesOf } from './survey.ts';

/** What steps need to know besides the network. */
export interface EditContext {
  shapes: ReturnType<typeof shapesOf>;
  classes: number;
}

/**
 * The network after one step, and the layer to look at next. The graph that came is not changed. Throws `editRefused` for a step
 * that cannot be made; one that leaves mistakes is made, and `surveyGraph` names them.
 */
export function editGraph(
  graph: Graph,
  edit: GraphEdit,
  target: ModelTarget,
): { graph: Graph; layer: string } {
  if (edit.kind === 'pictures') {
    const { imageSize } = edit;
    const input = { channels: target.channels, height: imageSize, width: imageSize };
    return { graph: { ...graph, input }, layer: 'input' };
  }
  if (edit.kind === 'classes') {
    const changed = withClasses(graph, target.classes);
    return { graph: changed, layer: changed.layers.at(-1)?.id ?? 'input' };
  }
  const draft = draftOf(graph);
  const layer = change(draft, edit, { shapes: shapesOf(graph), classes: target.classes });
  if (draft.layers.length === 0) refuseEdit('a network needs at least one layer');
  return { graph: graphOfDraft(graph, draft), layer };
}

type DraftEdit = Exclude<GraphEdit, { kind: 'pictures' | 'classes' }>;

/** Changes the draft; gives the layer to look at next. */
function change(draft: Draft, edit: DraftEdit, context: EditContext): string {
  switch (edit.kind) {
    case 'insert':
      return insertLayers(draft, edit, context);
    case 'remove':
      return removeLayers(draft, edit.layers);
    case 'move':
      return moveLayer(draft, edit);
    case 'duplicate':
      return duplicateLayers(draft, edit.layers);
    case 'branch':
      return addBranch(draft, edit, context);
    case 'read':
      return changeInput(draft, edit);
    case 'addInput':
      return addInput(draft, edit);
    case 'removeInput':
      return removeInput(draft, edit);
    case 'fit':
      return fitInput(draft, edit, context);
    case 'set':
      return changeLayer(draft, edit.layer);
    case 'replace':
      return replaceKind(draft, edit, context);
    case 'rename':
      return renameLayer(draft, edit);
    case 'head':
      return changeHead(draft, edit, context);
  }
}
