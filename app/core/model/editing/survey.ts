import {
  layerInputs,
  TesseraError,
  type Graph,
  type GraphMistake,
  type GraphSurvey,
  type Layer,
} from '../../../contract/index.ts';
import type { ModelTarget } from '../blocks.ts';
import { classifierIds } from '../classifier.ts';
import { layerInfo } from '../cost.ts';
import { describeGraph, endProblems } from '../describe.ts';
import { predictionGraph } from '../prediction.ts';
import { layerOutput, type Shape } from '../shapes.ts';
import { blocksOf } from './blocks-of.ts';
import { fitting } from './fitting.ts';

interface Walked {
  layer: Layer;
  /** Null where one of them is not known. */
  inputs: Shape[] | null;
  output: Shape | null;
}

/**
 * All that an editor shows of a network that may not fit together: other than `describeGraph` it goes on behind a mistake, with
 * the shapes that can be told in spite of it, and finds every mistake.
 */
export function surveyGraph(graph: Graph, target: ModelTarget): GraphSurvey {
  const { walked, mistakes } = walk(graph);
  const outputs = new Map(
    walked.flatMap(({ layer, output }): [string, Shape][] => (output ? [[layer.id, output]] : [])),
  );
  for (const { layer, reason, kind } of endProblems(graph, outputs, target)) {
    mistakes.push({ layer, reason, mend: mendOfEnd(graph, layer, kind, target) });
  }
  const layers = walked.map(({ layer, inputs, output }) => ({
    id: layer.id,
    outputShape: output === null ? null : [...output],
    ...costOf(layer, inputs, output),
  }));
  const predicts = new Set(predictionGraph(graph).layers.map(({ id }) => id));
  const sum = (key: 'parameters' | 'multiplyAdds'): number =>
    layers.reduce((total, layer) => total + (predicts.has(layer.id) ? layer[key] : 0), 0);
  return {
    layers,
    mistakes,
    blocks: blocksOf(graph),
    parameters: sum('parameters'),
    multiplyAdds: sum('multiplyAdds'),
    // As far as the first mistake: what comes behind it is not known well enough.
    memory: describeGraph(graph, target).memory,
  };
}

/** What every layer gives, by its id and `'input'`; null where a mistake hides it. */
export function shapesOf(graph: Graph): Map<string, Shape | null> {
  const { channels, height, width } = graph.input;
  const picture: [string, Shape] = ['input', [channels, height, width]];
  return new Map([
    picture,
    ...walk(graph).walked.map(({ layer, output }): [string, Shape | null] => [layer.id, output]),
  ]);
}

function walk(graph: Graph): { walked: Walked[]; mistakes: GraphMistake[] } {
  const { channels, height, width } = graph.input;
  const shapes = new Map<string, Shape | null>([['input', [channels, height, width]]]);
  const mistakes: GraphMistake[] = [];
  const walked = graph.layers.map((layer): Walked => {
    const names = layerInputs(layer);
    const known = names.map((name) => shapes.get(name) ?? null);
    const inputs = known.every((shape) => shape !== null) ? known : null;
    const said = (reason: string, mend: GraphMistake['mend'] = null): void => {
      mistakes.push({ layer: layer.id, reason, mend });
    };
    const missing = names.find((name) => !shapes.has(name));
    if (shapes.has(layer.id)) said('another layer has the same name');
    else if (missing !== undefined) said(`it reads ${missing}, which does not come before it`);
    let output: Shape | null = null;
    if (inputs !== null) {
      try {
        output = layerOutput(layer, inputs);
      } catch (error) {
        if (!(error instanceof TesseraError) || error.code !== 'graphInvalid') throw error;
        said(String(error.details['reason']), mendOf(layer, inputs));
        output = wouldGive(layer, inputs);
      }
    }
    shapes.set(layer.id, output);
    return { layer, inputs, output };
  });
  return { walked, mistakes };
}

/** What a layer would give if its inputs did fit, where that can be told. */
function wouldGive(layer: Layer, [first]: readonly Shape[]): Shape | null {
  if (layer.op === 'dense') return [layer.units];
  return layer.op === 'add' || layer.op === 'mul' ? (first ?? null) : null;
}

function costOf(layer: Layer, inputs: Shape[] | null, output: Shape | null) {
  const [input] = inputs ?? [];
  if (input === undefined || output === null) return { parameters: 0, multiplyAdds: 0 };
  const { parameters, multiplyAdds } = layerInfo({ layer, input, output });
  return Number.isInteger(parameters) ? { parameters, multiplyAdds } : { parameters: 0, multiplyAdds: 0 };
}

/** The step that would make the inputs of a layer fit; null where none is known. */
function mendOf(layer: Layer, inputs: readonly Shape[]): GraphMistake['mend'] {
  if (layer.op === 'dense' || layer.op === 'softmax') {
    const at = { before: layer.id, input: 0 };
    return { kind: 'flatten', edit: { kind: 'insert', ops: ['flatten'], at } };
  }
  if (!('inputs' in layer)) return null;
  // The first input is the main way; what joins it is to fit it, where it can.
  const [first = 0, ...others] = inputs.keys();
  const wrong = [...others, first].find((place) => (fitting(layer, inputs, place)?.length ?? 0) > 0);
  return wrong === undefined ? null : { kind: 'fit', edit: { kind: 'fit', layer: layer.id, input: wrong } };
}

function mendOfEnd(
  graph: Graph,
  id: string,
  kind: 'pictures' | 'unread' | 'classes' | 'other',
  { imageSize }: ModelTarget,
): GraphMistake['mend'] {
  if (kind === 'pictures') return { kind, edit: { kind, imageSize } };
  if (kind === 'unread') return { kind: 'remove', edit: { kind: 'remove', layers: [id] } };
  if (kind !== 'classes') return null;
  try {
    classifierIds(graph);
    return { kind, edit: { kind } };
  } catch {
    // It ends in something else than what names classes.
    return null;
  }
}
