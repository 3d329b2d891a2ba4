import type { Run } from '../../../app/contract/index.ts';
import { translate } from '../../ui/index.ts';
import { compareMessages } from './compare-messages.ts';
import { fineTuneMessages } from './fine-tune-messages.ts';
import { messages } from './messages.ts';
import { settingsMessages } from './settings-messages.ts';

/** What settings of runs and their values are called on this screen, by their paths; a field's own name where it has no other. */
export function settingTexts(runs: readonly Pick<Run, 'settings' | 'model'>[]) {
  const m = translate(compareMessages);
  const general = translate(messages);
  const settings = translate(settingsMessages);
  const tuning = translate(fineTuneMessages);
  const names: Record<string, string> = {
    ...m.further,
    ...settings.strengths,
    model: general.model,
    imageSize: general.imageSize,
    epochs: general.epochs,
    batchSize: general.batchSize,
    optimizer: general.optimizer,
    learningRate: general.learningRate,
    momentum: general.momentum,
    nesterov: general.nesterov,
    weightDecay: general.weightDecay,
    seed: general.seed,
    schedule: settings.scheduleKind,
    warmup: settings.warmup,
    every: settings.every,
    factor: settings.factor,
    floor: settings.floor,
    rise: settings.rise,
    patience: settings.patience,
    loss: settings.loss,
    labelSmoothing: settings.labelSmoothing,
    clipNorm: settings.clipNorm,
    averageDecay: settings.averageDecay,
    decayWeightsOnly: settings.decayWeightsOnly,
    augment: settings.augment,
    earlyStopping: settings.earlyStopping,
    sampling: settings.balancedSampling,
    keepEvery: settings.keepEvery,
    frozen: settings.frozen,
    fineTune: tuning.title,
    blocks: tuning.blocks,
    decay: tuning.decay,
    start: settings.startRun,
    which: settings.which,
  };

  function nameOf(path: string): string {
    const parts = path.split('.');
    const named = parts.filter((part, index) => index === 0 || (part !== 'kind' && part !== 'runId'));
    return named.map((part) => names[part] ?? part).join(' · ');
  }

  /** `values`: those of all runs beside each other. */
  function textOf(path: string, value: unknown, values: readonly unknown[] = [value]): string {
    if (value === undefined) return m.leftOut;
    if (typeof value === 'boolean') return value ? m.yes : m.no;
    if (path === 'data') return String(value).slice(0, 7);
    if (path === 'layers') return m.ownLayers([...new Set(values)].indexOf(value) + 1);
    // A model that was brought in is known by its name.
    if (path === 'startModel')
      return runs.find(({ settings: { startModel } }) => startModel === value)?.model ?? String(value);
    if (path === 'schedule.kind')
      return settings.schedules[value as keyof typeof settings.schedules] ?? String(value);
    if (path === 'optimizer')
      return general.optimizers[value as keyof typeof general.optimizers] ?? String(value);
    if (path === 'loss.kind') return settings.losses[value as keyof typeof settings.losses] ?? String(value);
    return Array.isArray(value) ? value.join(', ') : String(value);
  }
  return { nameOf, textOf };
}
