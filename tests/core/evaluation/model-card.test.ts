import { describe, expect, test } from 'vitest';
import { defaultTrainSettings, type Run, type TrainSettings } from '../../../app/contract/index.ts';
import { modelCardText } from '../../../app/core/evaluation/model-card.ts';

const run = (settings: Partial<TrainSettings>): Run => ({
  id: '20260101-000000-abcdef',
  name: 'quiet-heron-1',
  model: 'my|net',
  status: 'done',
  settings: { ...defaultTrainSettings, ...settings },
  graph: { name: 'my|net', input: { channels: 1, height: 8, width: 8 }, layers: [] },
  classes: ['a', 'b'],
  parameters: 1234,
  createdAt: 0,
  endedAt: 1,
  epoch: 1,
  bestEpoch: 1,
  bestValAccuracy: 0.5,
  testAccuracy: null,
  imagesPerSecond: 1,
  seconds: 1,
  dataHash: 'abc',
  hasCheckpoint: true,
  error: null,
});

describe('a model card says what the run began with', () => {
  test.each<[string, Partial<TrainSettings>]>([
    ['random weights', {}],
    ['weights pretrained on ImageNet', { pretrained: 'head' }],
    [
      String.raw`the weights of my\|net as they were brought in from another program`,
      { startModel: 'm-00000001' },
    ],
    [
      'what the run `20250101-000000-abcdef` had learned',
      { start: { runId: '20250101-000000-abcdef', which: 'best' } },
    ],
  ])('%s', (said, settings) => {
    const facts = { run: run(settings), project: 'p', classes: [], evaluation: null, version: '1.2.3' };
    expect(modelCardText(facts)).toContain(`1,234 parameters, from ${said}.`);
  });
});
