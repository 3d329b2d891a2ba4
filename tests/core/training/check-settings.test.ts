import { describe, expect, it } from 'vitest';
import { defaultTrainSettings, trainSettings, type TrainSettings } from '../../../app/contract/index.ts';
import { checkSettings } from '../../../app/core/training/check-settings.ts';
import { chooseGraph } from '../../../app/core/model/choose.ts';

const graph = chooseGraph(defaultTrainSettings.model, { channels: 1, imageSize: 28, classes: 2 });
const entries = (['train', 'train', 'val'] as const).map((split) => ({ split }));

/** What is said of these settings; null where they are taken. */
function refusal(change: Partial<TrainSettings>, pictures = entries): string | null {
  try {
    checkSettings({ ...defaultTrainSettings, ...change }, graph, pictures);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('settings that would have no effect are refused', () => {
  it.each([
    ['a warm-up as long as the run', { schedule: { kind: 'cosine', warmup: 5 } }, 'warm-up of 5 epochs'],
    ['a layer that is not there', { frozen: ['conv1', 'conv9'] }, 'no layer conv9'],
    ['a schedule of a fitted head', { pretrained: 'head', schedule: { kind: 'constant' } }, 'no steps'],
  ] satisfies [string, Partial<TrainSettings>, string][])('%s', (_, change, said) => {
    expect(refusal(change)).toContain(said);
  });

  it('early stopping without validation pictures', () => {
    const learned = [{ split: 'train' as const }];
    expect(refusal({ earlyStopping: { patience: 3 } }, learned as typeof entries)).toContain('validation');
    expect(refusal({ earlyStopping: { patience: 3 } })).toBeNull();
  });

  it('a number that belongs to another schedule', () => {
    const wrong = { ...defaultTrainSettings, schedule: { kind: 'oneCycle', warmup: 2 } };
    expect(trainSettings.safeParse(wrong).success).toBe(false);
  });
});

it('what fits is taken', () => {
  expect(
    refusal({ schedule: { kind: 'cosine', warmup: 2, floor: 0.01 }, frozen: ['conv1'], keepEvery: 2 }),
  ).toBeNull();
});
