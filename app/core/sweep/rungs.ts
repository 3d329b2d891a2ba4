import type { SweepMethod } from '../../contract/index.ts';

/** Up to how many epochs how many trials go. */
export interface Rung {
  epochs: number;
  trials: number;
}

/**
 * From the lowest to the highest, which always is the whole length. Grid and random have one. Halving keeps one in `eta` of a rung
 * and gives it `eta` times the epochs; a single one that is left goes to the end at once, since nobody is compared with it any more.
 */
export function rungsOf(method: SweepMethod, epochs: number, trials: number): Rung[] {
  if (method.kind !== 'halving') return [{ epochs, trials }];
  const rungs: Rung[] = [];
  for (let rung: Rung = { epochs: Math.min(method.leastEpochs, epochs), trials }; ;) {
    if (rung.trials === 1) rung = { epochs, trials: 1 };
    rungs.push(rung);
    if (rung.epochs === epochs) return rungs;
    rung = {
      epochs: Math.min(epochs, rung.epochs * method.eta),
      trials: Math.max(1, Math.floor(rung.trials / method.eta)),
    };
  }
}
