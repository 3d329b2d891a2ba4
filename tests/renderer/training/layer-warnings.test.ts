import { expect, test } from 'vitest';
import type { LayerState } from '../../../app/contract/index.ts';
import { layerWarnings } from '../../../renderer/features/training/layer-warnings.ts';

const layer = (id: string, more: Partial<LayerState>): LayerState => ({
  id,
  op: 'relu',
  weights: null,
  gradients: null,
  activations: { min: 0, max: 1, counts: [1] },
  dead: null,
  saturated: null,
  ...more,
});

test('layers that learn nothing any more are named after their last epoch, the worst first', () => {
  const before = { epoch: 1, step: 1, layers: [layer('a', { dead: 1 })] };
  const last = {
    epoch: 2,
    step: 2,
    layers: [layer('a', { dead: 0.49 }), layer('b', { dead: 0.5 }), layer('c', { saturated: 0.9 })],
  };
  expect(layerWarnings([before, last])).toEqual([
    { id: 'c', kind: 'saturated', share: 0.9 },
    { id: 'b', kind: 'dead', share: 0.5 },
  ]);
  expect(layerWarnings([])).toEqual([]);
});
