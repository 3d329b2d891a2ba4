import { totalmem } from 'node:os';
import { isUnderWay, type FitRow, type Fits, type TrainSettings } from '../contract/index.ts';
import { bestFor, sizesFor } from '../core/forecast/choices.ts';
import { architectures } from '../core/model/architectures.ts';
import { pretrained } from '../core/model/pretrained.ts';
import type { ManifestEntry } from '../core/training/plan.ts';
import { architectureOf, Foretelling } from './foretelling.ts';
import type { JobBoard } from './job-board.ts';
import { planRun } from './plan-run.ts';
import type { ProjectStore } from './ports.ts';
import type { Tools } from './tools.ts';

/** Pictures that are looked at to find out how large they are. */
const sample = 100;
/** Pictures that a rehearsal reads, to find out how long that takes. */
const readPictures = 16;
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
  const foretelling = new Foretelling(store, measured);
  const rows = allRows(foretelling, settings, side);
  return {
    measuredAt: measured.measuredAt,
    chosen: foretelling.of(settings),
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

/**
 * Does the parts of a run of these settings once. Null where something heavy is under way: beside it nothing can be measured; and
 * for a new head, which takes no steps. Throws what a run of these settings would be refused for.
 */
export async function startRehearsal(
  { board, speeds, projects }: Tools,
  projectId: string,
  settings: TrainSettings,
): Promise<string | null> {
  // One that is paused leaves the computer alone.
  const isBusy = board.list().some(({ status }) => status === 'queued' || status === 'running');
  const measured = await speeds.read(settings.threads);
  if (isBusy || measured === null || settings.pretrained === 'head') return null;
  const store = projects.store(projectId);
  const { plan } = planRun(store, settings);
  const key = new Foretelling(store, measured).keyOf(settings);
  const { id } = board.start({
    kind: 'rehearse',
    projectId,
    title: plan.graph.name,
    task: { kind: 'rehearse', projectPath: store.path, plan, samples: someOf(plan.manifest) },
    async onDone(parts) {
      const { threads, imageSize, batchSize: batch } = plan.settings;
      const model = architectureOf(settings);
      if (key !== null) await speeds.keepRehearsal(threads, { ...parts, key, model, imageSize, batch });
      return { kind: 'rehearse' };
    },
  });
  return id;
}

/** What is to begin now does not wait for what was only tried out. */
export function endRehearsals(board: JobBoard): void {
  const rehearsals = board.list().filter((job) => job.kind === 'rehearse' && isUnderWay(job));
  for (const { id } of rehearsals) board.cancel(id);
}

/** Hashes of a few pictures, from all over the project. */
function someOf(manifest: readonly ManifestEntry[]): string[] {
  const step = Math.max(1, Math.ceil(manifest.length / readPictures));
  return manifest.filter((_, at) => at % step === 0).map(({ hash }) => hash);
}

function allRows(foretelling: Foretelling, base: TrainSettings, side: number): FitRow[] {
  const { pretrained: _none, startModel: _neither, ...settings } = base;
  return architectures().flatMap(({ name, title, pictures, leastImageSize, defaultImageSize }) =>
    sizesFor(side, leastImageSize, defaultImageSize).flatMap((imageSize): FitRow[] => {
      const row = { model: name, title, pictures, imageSize };
      const as = (how: { pretrained?: 'head' }): FitRow[] => {
        const told = foretelling.of({
          ...settings,
          ...how,
          imageSize,
          model: { kind: 'architecture', name },
        });
        return told === null ? [] : [{ ...row, ...how, ...told }];
      };
      const isWithHead = name === pretrained.architecture && imageSize === defaultImageSize;
      return [...(isWithHead ? as({ pretrained: 'head' }) : []), ...as({})];
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
