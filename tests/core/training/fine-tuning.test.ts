import { describe, expect, test } from 'vitest';
import { defaultTrainSettings, type FineTune, type TrainSettings } from '../../../app/contract/index.ts';
import { buildArchitecture } from '../../../app/core/model/architectures.ts';
import { checkSettings } from '../../../app/core/training/check-settings.ts';
import { fineTuned } from '../../../app/core/training/fine-tuning.ts';

const graph = buildArchitecture('efficientnet-lite0', { channels: 3, imageSize: 224, classes: 5 });
const settings = (fineTune: FineTune, more: Partial<TrainSettings> = {}): TrainSettings => ({
  ...defaultTrainSettings,
  pretrained: 'all',
  fineTune,
  ...more,
});
const withWeights = graph.layers.filter(({ op }) => ['conv2d', 'dense', 'batchNorm2d'].includes(op));

describe('fine-tuning', () => {
  test('of the last two blocks leaves the others, and each learns more slowly than the part after it', () => {
    const { frozen = [], rates = {} } = fineTuned(settings({ blocks: 2, decay: 0.5 }), graph);
    const learning = withWeights.map(({ id }) => id).filter((id) => !frozen.includes(id));
    expect(learning.filter((id) => !id.startsWith('_blocks.15.'))).toEqual(['_conv_head', '_bn1', '_fc']);
    expect(rates['_conv_head.weight']).toBe(0.5);
    expect(rates['_bn1.bias']).toBe(0.5);
    expect(rates['_blocks.15._project_conv.weight']).toBe(0.25);
    expect(Object.keys(rates).some((name) => name.startsWith('_fc'))).toBe(false);
    // The engine refuses a rate of what does not learn.
    for (const name of Object.keys(rates)) expect(frozen).not.toContain(name.slice(0, name.lastIndexOf('.')));
  });

  test('of no block trains the classifier alone, of all blocks freezes none', () => {
    const head = fineTuned(settings({ blocks: 0, decay: 0.8 }), graph);
    expect(head.frozen).toHaveLength(withWeights.length - 1);
    expect(head.rates).toBeUndefined();
    const all = fineTuned(settings({ blocks: 'all', decay: 0.9 }), graph);
    expect(all.frozen).toBeUndefined();
    expect(all.rates?.['_conv_stem.weight']).toBeCloseTo(0.9 ** 18, 12);
    expect(fineTuned(settings({ blocks: 'all', decay: 1 }), graph)).toEqual({});
  });

  test('keeps what was frozen and the rates that were set by name', () => {
    const more = { frozen: ['_conv_head'], rates: { '_bn1.weight': 0.1 } };
    const { frozen, rates } = fineTuned(settings({ blocks: 1, decay: 0.5 }, more), graph);
    expect(frozen).toContain('_conv_head');
    expect(rates).toEqual({ '_bn1.weight': 0.1, '_bn1.bias': 0.5 });
  });

  test('is refused of random weights, and of more blocks than there are', () => {
    const { pretrained: _, ...scratch } = settings({ blocks: 1, decay: 0.5 });
    expect(() => checkSettings(scratch, graph, [])).toThrow(/random weights have nothing to be tuned/);
    expect(() => checkSettings(settings({ blocks: 19, decay: 0.5 }), graph, [])).toThrow(
      'the network has 18 blocks before its classifier, not 19',
    );
    expect(() =>
      checkSettings({ ...settings({ blocks: 1, decay: 1 }), pretrained: 'head' }, graph, []),
    ).toThrow(/makes no steps/);
    checkSettings(settings({ blocks: 18, decay: 0.5 }), graph, []);
    checkSettings({ ...scratch, startModel: 'm-1' }, graph, []);
    checkSettings({ ...scratch, start: { runId: 'r-1', which: 'best' } }, graph, []);
  });
});
