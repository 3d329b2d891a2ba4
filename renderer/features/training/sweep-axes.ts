import { isRangeAxis, type Sweep, type SweepSetting, type Trial } from '../../../app/contract/index.ts';

/** One axis of the plot: a setting that the trials differ in, or at the end how well they did. */
export interface PlotAxis {
  id: SweepSetting | 'score';
  /** From 0 at the bottom to 1; null for a trial that has no place on it. */
  place: (trial: Trial) => number | null;
  /** What stands at places along it. */
  ticks: { place: number; text: string }[];
}

/** The settings in their order, and the score, whose better end is at the top. */
export function axesOf({ spec, trials }: Pick<Sweep, 'spec' | 'trials'>): PlotAxis[] {
  const settings = Object.keys(spec.space) as SweepSetting[];
  const { rankBy } = spec;
  const scores = trials.flatMap(({ score }) => (score === null ? [] : [score[rankBy]]));
  const isLoss = rankBy === 'valLoss';
  const score: PlotAxis = {
    ...numberAxis('score', ({ score: found }) => found?.[rankBy] ?? null, scores, false),
  };
  return [
    ...settings.map((setting) => settingAxis(setting, spec, trials)),
    isLoss ? upsideDown(score) : score,
  ];
}

function settingAxis(setting: SweepSetting, { space }: Sweep['spec'], trials: readonly Trial[]): PlotAxis {
  const axis = space[setting];
  const values = trials.flatMap(({ values: of }) => of[setting] ?? []);
  if (axis !== undefined && isRangeAxis(axis)) {
    const numbers = values.map(Number);
    return numberAxis(setting, ({ values: of }) => Number(of[setting]), numbers, axis.scale === 'log');
  }
  const known = [...new Set(values)];
  if (known.every((value) => typeof value === 'number')) known.sort((a, b) => a - b);
  const placeOf = (index: number): number => (known.length < 2 ? 0.5 : index / (known.length - 1));
  return {
    id: setting,
    place: ({ values: of }) => placeOf(known.findIndex((value) => value === of[setting])),
    ticks: known.map((value, index) => ({ place: placeOf(index), text: String(value) })),
  };
}

function numberAxis(
  id: PlotAxis['id'],
  valueOf: (trial: Trial) => number | null,
  values: readonly number[],
  isLog: boolean,
): PlotAxis {
  const scale = isLog ? Math.log : (value: number): number => value;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const width = scale(most) - scale(least);
  return {
    id,
    place(trial) {
      const value = valueOf(trial);
      if (value === null) return null;
      return width > 0 ? (scale(value) - scale(least)) / width : 0.5;
    },
    ticks:
      width > 0
        ? [least, most].map((value, place) => ({ place, text: String(Number(value.toPrecision(3))) }))
        : values.slice(0, 1).map((value) => ({ place: 0.5, text: String(Number(value.toPrecision(3))) })),
  };
}

function upsideDown({ place, ticks, ...axis }: PlotAxis): PlotAxis {
  return {
    ...axis,
    place(trial) {
      const found = place(trial);
      return found === null ? null : 1 - found;
    },
    ticks: ticks.map((tick) => ({ ...tick, place: 1 - tick.place })),
  };
}

/** What of each axis is let through. */
export type Brushes = Readonly<Partial<Record<PlotAxis['id'], readonly [from: number, to: number]>>>;

/** Whether a trial lies within every stretch that was brushed. */
export function isWithin(trial: Trial, axes: readonly PlotAxis[], brushes: Brushes): boolean {
  return axes.every(({ id, place }) => {
    const [from, to] = brushes[id] ?? [0, 1];
    if (from === 0 && to === 1) return true;
    const found = place(trial);
    return found !== null && found >= from - 1e-9 && found <= to + 1e-9;
  });
}
