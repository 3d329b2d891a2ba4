import {
  augmentationPresets,
  type Graph,
  type Schedule,
  type TrainSettings,
  type TrialValues,
} from '../../contract/index.ts';
import type { ModelTarget } from '../model/blocks.ts';
import { chooseGraph } from '../model/choose.ts';

/**
 * The settings of a sweep with what one trial changes. Of a trial only the best checkpoint and the last one are kept: there are
 * many of them, and few are looked at again. Throws `modelUnknown`.
 */
export function trialSettings(
  base: TrainSettings,
  values: TrialValues,
  pictures: Pick<ModelTarget, 'channels' | 'classes'>,
): TrainSettings {
  const { model, schedule, augment, labelSmoothing, dropout, ...plain } = values;
  const { keepEvery: _, ...kept } = base;
  const settings: TrainSettings = {
    ...kept,
    ...without(plain),
    ...(model !== undefined && { model: { kind: 'architecture' as const, name: model } }),
    ...(schedule !== undefined && { schedule: withWarmup(schedule, base.schedule) }),
    ...(augment !== undefined && { augment: augmentationPresets[augment] }),
    ...(labelSmoothing !== undefined && {
      loss: { ...(base.loss ?? { kind: 'softmaxCrossEntropy' as const }), labelSmoothing },
    }),
  };
  if (dropout === undefined) return settings;
  const target = { ...pictures, imageSize: settings.imageSize };
  const graph = withDropout(chooseGraph(settings.model, target), dropout);
  return { ...settings, model: { kind: 'graph', graph } };
}

/** Every dropout layer at this rate; where there is none, one in front of the last layer. */
export function withDropout(graph: Graph, rate: number): Graph {
  if (graph.layers.some(({ op }) => op === 'dropout')) {
    const layers = graph.layers.map((layer) => (layer.op === 'dropout' ? { ...layer, rate } : layer));
    return { ...graph, layers };
  }
  const last = graph.layers.at(-1);
  if (last?.op !== 'dense') return graph;
  const id = freeId(graph);
  return {
    ...graph,
    layers: [
      ...graph.layers.slice(0, -1),
      { id, input: last.input, op: 'dropout', rate },
      { ...last, input: id },
    ],
  };
}

function freeId({ layers }: Graph): string {
  const ids = new Set(layers.map(({ id }) => id));
  for (let number = 1; ; number++) if (!ids.has(`dropout${number}`)) return `dropout${number}`;
}

function withWarmup(kind: 'constant' | 'cosine' | 'oneCycle', before: Schedule | undefined): Schedule {
  if (kind === 'oneCycle' || before === undefined || !('warmup' in before)) return { kind };
  return before.warmup === undefined ? { kind } : { kind, warmup: before.warmup };
}

/** Only what is set. */
function without<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const set = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
