import { createHash } from 'node:crypto';
import type { BroughtModel, Graph, TrainSettings } from '../contract/index.ts';
import type { ModelTarget } from '../core/model/blocks.ts';
import { graphOfBrought, normalisationOfBrought } from '../core/model/brought-model.ts';
import { chooseGraph } from '../core/model/choose.ts';
import { checkGraph, describeGraph } from '../core/model/describe.ts';
import { pretrained } from '../core/model/pretrained.ts';
import { checkSettings } from '../core/training/check-settings.ts';
import { headStrengths } from '../core/training/head-path.ts';
import { makePlan } from '../core/training/make-plan.ts';
import type { ManifestEntry, TrainPlan } from '../core/training/plan.ts';
import type { ProjectStore } from './ports.ts';
import { newRunId } from './run-names.ts';
import { trainedRun } from './trained-run.ts';

/** Labeled pictures with a split, and the classes that their `classIndex` means. */
export interface FrozenPictures {
  classes: readonly string[];
  entries: readonly ManifestEntry[];
}

/** The pictures of now. */
export function freezePictures(store: ProjectStore): FrozenPictures {
  const { classes, entries } = store.manifest();
  // A locked test set is not even looked at when the run ends.
  return { classes, entries: store.testLocked() ? entries.filter(({ split }) => split !== 'test') : entries };
}

/** A plan of these settings for frozen pictures, those of now unless others are given. Throws what does not fit together. */
export function planRun(
  store: ProjectStore,
  wanted: TrainSettings,
  { classes, entries }: FrozenPictures = freezePictures(store),
): { plan: TrainPlan; parameters: number } {
  const chosen = settle(wanted);
  const { graph, target, brought } = networkOf(store, chosen, classes.length);
  const settings: TrainSettings = brought === null ? chosen : { ...chosen, model: { kind: 'graph', graph } };
  const before = settings.start === undefined ? null : trainedRun(store, settings.start.runId);
  const normalisation = {
    ...(before !== null && { normalisation: store.plan(before.id).normalisation }),
    ...(brought !== null && { normalisation: normalisationOfBrought(brought) }),
  };
  const plan = makePlan({ runId: newRunId(), settings, graph, classes, entries, ...normalisation }, sha256);
  checkGraph(graph, target);
  checkSettings(settings, graph, entries);
  return { plan, parameters: describeGraph(graph, target).parameters };
}

/**
 * The network that settings ask for, and what it is made for: one that was brought in takes grey pictures or colours as it was made
 * to. Throws `modelUnknown`, `broughtModelNotFound` and `graphInvalid`.
 */
export function networkOf(
  store: Pick<ProjectStore, 'channels' | 'broughtModel'>,
  { model, startModel, imageSize }: Pick<TrainSettings, 'model' | 'startModel' | 'imageSize'>,
  classes: number,
): { graph: Graph; target: ModelTarget; brought: BroughtModel | null } {
  const brought = startModel === undefined ? null : store.broughtModel(startModel);
  const target = { channels: brought?.graph.input.channels ?? store.channels(), imageSize, classes };
  const graph = brought === null ? chooseGraph(model, target) : graphOfBrought(brought, target);
  return { graph, target, brought };
}

/** What a pretrained start decides by itself. An epoch of a head is one strength of its regularisation. */
function settle(settings: TrainSettings): TrainSettings {
  if (settings.pretrained === undefined) return settings;
  return {
    ...settings,
    model: { kind: 'architecture', name: pretrained.architecture },
    ...(settings.pretrained === 'head' && { epochs: headStrengths.length }),
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
