import type { DuelResult } from './duel.ts';
import { machineText, type Machine } from './native.ts';
import { geometricMeanInterval, geometricMean } from './statistics.ts';

/** A whole comparison, as it is written to a file. */
export interface Comparison {
  /** When it began, ISO 8601. */
  begun: string;
  seconds: number;
  isa: string;
  threads: number;
  before: Machine;
  after: Machine;
  results: DuelResult[];
  geometricMean: number;
  geometricMeanInterval: [number, number];
}

const span = ([low, high]: readonly [number, number]): string => `${low.toFixed(2)}–${high.toFixed(2)}`;
const speed = (value: number): string => (value < 100 ? value.toFixed(1) : value.toFixed(0));

export const head = [
  '| training step | Tessera images/s | of peak | PyTorch images/s | ratio (95 %) | rival |',
  '|---|--:|--:|--:|--:|---|',
];

export function row(result: DuelResult, peak: number): string {
  const { net, ours, theirs, flops, ratio, interval, rival } = result;
  const cells = [
    net,
    speed(ours),
    `${((100 * flops) / peak).toFixed(0)} %`,
    speed(theirs),
    `${ratio.toFixed(2)} (${span(interval)})`,
    rival,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Below the rows. */
export function foot(results: readonly DuelResult[]): {
  geometricMean: number;
  geometricMeanInterval: [number, number];
} {
  return {
    geometricMean: geometricMean(results.map(({ ratio }) => ratio)),
    geometricMeanInterval: geometricMeanInterval(results.map(({ ratios }) => ratios)),
  };
}

export function markdown(comparison: Comparison): string {
  const { results, before, after, threads, isa } = comparison;
  return [
    ...head,
    ...results.map((result) => row(result, before.peak)),
    '',
    `Geometric mean ${comparison.geometricMean.toFixed(2)} (${span(comparison.geometricMeanInterval)}); ${isa}, ` +
      `${threads} threads; before: ${machineText(before)}; after: ${machineText(after)}; ` +
      `${Math.round(comparison.seconds)} s.`,
    '',
  ].join('\n');
}
