import { totalmem } from 'node:os';
import {
  isUnderWay,
  type FitRow,
  type Fits,
  type Forecast,
  type Speeds,
  type TrainSettings,
} from '../contract/index.ts';
import { bestFor, sizesFor } from '../core/forecast/choices.ts';
import { forecastRun } from '../core/forecast/forecast.ts';
import { architectures, buildArchitecture } from '../core/model/architectures.ts';
import { networkOf } from './plan-run.ts';
import type { ProjectStore } from './ports.ts';
import type { Tools } from './tools.ts';

/** Pictures that are looked at to find out how large they are. */
const sample = 100;
/** What a training may take of the computer's memory. */
const memoryShare = 0.7;
/** Below this pictures count as small, pixels of the shorter side. */
const smallSide = 64;

/** What fits into the time and memory that there is; null where this computer was not measured yet. */
export async function fitsOf(
  { projects, speeds }: Tools,
  projectId: string,
  settings: TrainSettings,
): Promise<Fits | null> {
  const measured = await speeds.read(settings.threads);
  if (measured === null) return null;
  const store = projects.store(projectId);
  const side = typicalSide(store);
  const rows = allRows(store, settings, measured.speeds, side);
  return {
    measuredAt: measured.measuredAt,
    chosen: forecastOf(store, settings, measured.speeds),
    rows,
    best: bestFor(rows, memoryShare * totalmem(), side < smallSide),
  };
}

/** Measures this computer unless that is under way. Gives the job. */
export function startBenchmark(
  { board, speeds, projects }: Tools,
  projectId: string,
  threads: number,
): string {
  const running = board.list().find((job) => job.kind === 'benchmark' && isUnderWay(job));
  if (running) return running.id;
  const { id } = board.start({
    kind: 'benchmark',
    projectId,
    title: projects.store(projectId).name(),
    task: { kind: 'benchmark', threads },
    async onDone({ speeds: measured }) {
      await speeds.keep(threads, measured);
      return { kind: 'benchmark' };
    },
  });
  return id;
}

/** Of these settings; null where their network does not fit together. */
export function forecastOf(store: ProjectStore, settings: TrainSettings, speeds: Speeds): Forecast | null {
  const { train, val, test } = store.summary();
  const classes = Math.max(2, store.classes().filter(({ total }) => total > 0).length);
  const model =
    settings.pretrained === undefined
      ? settings.model
      : ({ kind: 'architecture', name: 'efficientnet-lite0' } as const);
  try {
    const { graph, target } = networkOf(store, { ...settings, model }, classes);
    return forecastRun({ graph, target, settings, pictures: { train, val, test }, speeds });
  } catch {
    // What is wrong with it is said where it is edited.
    return null;
  }
}

function allRows(store: ProjectStore, base: TrainSettings, speeds: Speeds, side: number): FitRow[] {
  const { pretrained: _none, startModel: _neither, ...settings } = base;
  const { train, val, test } = store.summary();
  const classes = Math.max(2, store.classes().filter(({ total }) => total > 0).length);
  const channels = store.channels();
  const pictures = { train, val, test };
  return architectures().flatMap(({ name, title, pictures: kind, leastImageSize, defaultImageSize }) =>
    sizesFor(side, leastImageSize, defaultImageSize).flatMap((imageSize): FitRow[] => {
      const target = { channels, imageSize, classes };
      const graph = buildArchitecture(name, target);
      const row = { model: name, title, pictures: kind, imageSize };
      const all = [{ ...row, ...forecastRun({ graph, target, settings, pictures, speeds }) }];
      if (name !== 'efficientnet-lite0' || imageSize !== defaultImageSize) return all;
      const head = { ...settings, pretrained: 'head' as const };
      return [
        { ...row, pretrained: 'head', ...forecastRun({ graph, target, settings: head, pictures, speeds }) },
        ...all,
      ];
    }),
  );
}

/** The shorter side of a usual picture of the project, pixels. */
function typicalSide(store: ProjectStore): number {
  const sides = store
    .images({}, 0, sample)
    .images.map(({ width, height }) => Math.min(width, height))
    .toSorted((a, b) => a - b);
  return sides[Math.floor(sides.length / 2)] ?? smallSide;
}
