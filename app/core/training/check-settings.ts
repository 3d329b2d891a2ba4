import { settingsOfSteps, TesseraError, type Graph, type TrainSettings } from '../../contract/index.ts';
import { networkBlocks } from '../model/network-blocks.ts';
import type { ManifestEntry } from './plan.ts';

/**
 * Whether settings that are well-formed each by itself fit together, with the network and with the pictures. Throws
 * `invalidInput` with what does not: a setting that would have no effect is refused.
 */
export function checkSettings(
  settings: TrainSettings,
  graph: Graph,
  entries: readonly Pick<ManifestEntry, 'split'>[],
): void {
  const { schedule, epochs, earlyStopping, frozen } = settings;
  if (settings.pretrained === 'head') {
    const without = settingsOfSteps.find((name) => settings[name] !== undefined);
    if (without !== undefined) {
      refuse(
        without,
        'a head that is fitted to a pretrained network makes no steps; train all weights instead',
      );
    }
  }
  if (settings.start !== undefined && settings.pretrained !== undefined) {
    refuse('start', 'a run begins with the weights of one run or with the pretrained ones, not with both');
  }
  if (settings.startModel !== undefined && (settings.start ?? settings.pretrained) !== undefined) {
    refuse('startModel', 'a run begins with the weights of one model, not of several');
  }
  if (schedule !== undefined && 'warmup' in schedule && (schedule.warmup ?? 0) >= epochs) {
    refuse('schedule', `a warm-up of ${schedule.warmup} epochs leaves nothing of ${epochs}; make it shorter`);
  }
  if (earlyStopping !== undefined && !entries.some(({ split }) => split === 'val')) {
    refuse('earlyStopping', 'without validation pictures nothing tells when to stop; assign splits first');
  }
  if (settings.fineTune !== undefined) checkFineTune(settings, graph);
  for (const id of frozen ?? []) {
    if (!graph.layers.some((layer) => layer.id === id)) refuse('frozen', `the network has no layer ${id}`);
  }
}

function checkFineTune({ fineTune, pretrained, ...settings }: TrainSettings, graph: Graph): void {
  if ((pretrained ?? settings.start ?? settings.startModel) === undefined) {
    refuse(
      'fineTune',
      'random weights have nothing to be tuned; begin with pretrained ones, with a run or with a model that was brought in',
    );
  }
  const count = networkBlocks(graph).length - 1;
  if (typeof fineTune?.blocks === 'number' && fineTune.blocks > count) {
    refuse('fineTune', `the network has ${count} blocks before its classifier, not ${fineTune.blocks}`);
  }
}

function refuse(what: keyof TrainSettings, reason: string): never {
  throw new TesseraError('invalidInput', { what, reason });
}
