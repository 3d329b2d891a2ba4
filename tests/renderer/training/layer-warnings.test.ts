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
  const judgedBy = 256;
  const before = (epoch: number) => ({
    epoch,
    step: epoch,
    judgedBy,
    layers: [layer('a', { dead: 1 }), layer('b', { dead: 0.6 }), layer('d', { dead: epoch === 2 ? 0.1 : 1 })],
  });
  const last = {
    epoch: 3,
    step: 3,
    judgedBy,
    layers: [
      layer('a', { dead: 0.49 }),
      layer('b', { dead: 0.5 }),
      layer('c', { saturated: 0.9 }),
      layer('d', { dead: 1 }),
    ],
  };
  const all = [before(1), before(2), last];
  expect(layerWarnings(all)).toEqual([
    { id: 'c', kind: 'saturated', share: 0.9 },
    { id: 'b', kind: 'dead', share: 0.5 },
  ]);
  expect(layerWarnings([])).toEqual([]);
  // Two epochs are not several, and eight pictures tell nothing.
  const early = layerWarnings(all.slice(1)).map(({ kind }) => kind);
  expect(early).toEqual(['saturated']);
  const few = layerWarnings(all.map((point) => ({ ...point, judgedBy: 8 }))).map(({ kind }) => kind);
  expect(few).toEqual(['saturated']);
});
