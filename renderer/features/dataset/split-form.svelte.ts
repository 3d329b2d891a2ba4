import type { Split } from '../../../app/contract/index.ts';

/** Typed from left to right, the share that was not typed yet is the one that changes. */
const order = ['val', 'test', 'train'] as const satisfies Split[];

/** What is asked for before pictures are divided: shares in whole percent, a seed, and whether to begin anew. */
export class SplitForm {
  percent = $state.raw<Readonly<Record<Split, number>>>({ train: 80, val: 10, test: 10 });
  seed = $state(1);
  /** Pictures that have a split keep it. */
  keep = $state(true);

  /** Sets a share, 0…100; the others make up for it, the one that comes first in `order` first. */
  set(split: Split, percent: number): void {
    const next = { ...this.percent, [split]: percent };
    for (const other of order.filter((one) => one !== split)) {
      const missing = 100 - next.train - next.val - next.test;
      next[other] = Math.max(0, Math.min(100, next[other] + missing));
    }
    this.percent = next;
  }
}
