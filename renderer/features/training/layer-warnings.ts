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
/** So many epochs in a row: channels come and go in the first ones. */
const deadEpochs = 3;
/** A channel may well be 0 for fewer pictures than these and answer to others. */
const enoughPictures = 32;

/** What is wrong with layers after their last epoch, the worst first; of dead channels only what stayed so for several epochs. */
export function layerWarnings(points: readonly LayersPoint[]): LayerWarning[] {
  const layers = points.at(-1)?.layers ?? [];
  const last = points.slice(-deadEpochs);
  const staysDead = (id: string): boolean =>
    last.length === deadEpochs &&
    last.every(({ layers: then, judgedBy = 0 }) => {
      const share = then.find((layer) => layer.id === id)?.dead ?? 0;
      return judgedBy >= enoughPictures && share >= muchDead;
    });
  const found = layers.flatMap(({ id, dead, saturated }): LayerWarning[] => {
    if (dead !== null && staysDead(id)) return [{ id, kind: 'dead', share: dead }];
    if (saturated !== null && saturated >= muchSaturated)
      return [{ id, kind: 'saturated', share: saturated }];
    return [];
  });
  return found.toSorted((a, b) => b.share - a.share);
}
