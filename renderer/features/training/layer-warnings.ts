import type { LayersPoint } from '../../../app/contract/index.ts';

export interface LayerWarning {
  id: string;
  kind: 'dead' | 'saturated';
  /** Of its channels, or of its numbers. */
  share: number;
}

/** From here on something is said: fewer are usual in a network that learns well. */
const muchDead = 0.5;
const muchSaturated = 0.5;

/** What is wrong with layers after their last epoch, the worst first. */
export function layerWarnings(points: readonly LayersPoint[]): LayerWarning[] {
  const layers = points.at(-1)?.layers ?? [];
  const found = layers.flatMap(({ id, dead, saturated }): LayerWarning[] => {
    if (dead !== null && dead >= muchDead) return [{ id, kind: 'dead', share: dead }];
    if (saturated !== null && saturated >= muchSaturated)
      return [{ id, kind: 'saturated', share: saturated }];
    return [];
  });
  return found.toSorted((a, b) => b.share - a.share);
}
