import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defaultTrainSettings,
  joinStretches,
  stretchOf,
  type Metric,
  type Run,
} from '../../app/contract/index.ts';
import { condense } from '../../app/core/training/condense.ts';
import type { ProjectStore } from '../../app/services/ports.ts';
import { databaseFile } from '../../app/storage/files.ts';
import { dump, newProject, reopened, stores, tracked } from './support.ts';

function projectWithRun(): ProjectStore {
  const project = newProject();
  const run: Run = {
    id: 'r1',
    name: 'patient-snail-1',
    model: 'dense',
    status: 'done',
    settings: defaultTrainSettings,
    graph: {
      name: 'dense',
      input: { channels: 1, height: 28, width: 28 },
      layers: [
        { op: 'flatten', id: 'flatten', input: 'input' },
        { op: 'dense', id: 'logits', input: 'flatten', units: 2, bias: true },
      ],
    },
    classes: ['a', 'b'],
    parameters: 1570,
    createdAt: 1000,
    endedAt: 2000,
    epoch: 1,
    bestEpoch: null,
    bestValAccuracy: null,
    testAccuracy: null,
    imagesPerSecond: null,
    seconds: null,
    dataHash: 'ab',
    hasCheckpoint: false,
    error: null,
  };
  const { settings, graph, classes, dataHash } = run;
  const normalisation = { mean: [0.5], std: [0.25] };
  project.addRun(run, {
    version: 1,
    runId: run.id,
    settings,
    graph,
    classes,
    normalisation,
    manifest: [],
    dataHash,
  });
  return project;
}

/** What a point is made of, except for where it stands. */
interface Seed {
  isEpoch: boolean;
  loss: number;
  gradientNorm: number | null;
}
const seed = fc.record<Seed>({
  isEpoch: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  loss: fc.oneof(
    // What is next to nothing would come to -0, which JSON does not know.
    fc.double({ min: -10, max: 10, noNaN: true }).map((loss) => (Math.abs(loss) < 1e-100 ? 0 : loss)),
    fc.constantFrom(1e300, -1e300, 40),
  ),
  gradientNorm: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
});

function pointOf({ isEpoch, loss, gradientNorm }: Seed, seq: number): Metric {
  const at = { seq, step: seq, time: seq / 7, at: 1e12 + seq, imagesPerSecond: 100 + loss / 1e300 };
  if (isEpoch) {
    return {
      kind: 'epoch',
      ...at,
      epoch: seq,
      trainLoss: loss,
      trainAccuracy: 0,
      valLoss: null,
      valAccuracy: null,
    };
  }
  const spans = { loss: [loss - 1, loss + 1] as [number, number] };
  return {
    kind: 'step',
    ...at,
    epoch: seq / 10,
    loss,
    accuracy: 0.25,
    ...(gradientNorm === null ? {} : { gradientNorm, spans }),
  };
}

/** Batches of points, each beginning so far before the end of those that there are. */
const history = fc.array(
  fc.record({ back: fc.nat({ max: 100 }), points: fc.array(seed, { minLength: 1, maxLength: 150 }) }),
  { minLength: 1, maxLength: 8 },
);

function record(project: ProjectStore, batches: { back: number; points: Seed[] }[]): void {
  let next = 0;
  for (const { back, points } of batches) {
    next = Math.max(0, next - back);
    project.addMetrics(
      'r1',
      points.map((one, index) => pointOf(one, next + index)),
    );
    next += points.length;
  }
}

/** What is stored of the levels is all that can be, and just what the recorded points come to. */
function expectDerived(project: ProjectStore): void {
  const recorded = project.metrics('r1', -1);
  const end = (recorded.at(-1)?.seq ?? -1) + 1;
  const steps = recorded.filter((point) => point.kind === 'step');
  const expected: unknown[] = [];
  for (let stride = 8; stride <= end; stride *= 8) {
    const points = new Map(joinStretches(steps, 1, stride).map((point) => [stretchOf(point, stride), point]));
    for (let place = 0; place < Math.floor(end / stride); place++) {
      expected.push({ stride, place, point: points.get(place) ?? null });
    }
  }
  const stored = (dump(project)['metric_levels'] ?? []) as {
    stride: number;
    place: number;
    point: string | null;
  }[];
  expect(
    stored.map(({ stride, place, point }) => ({
      stride,
      place,
      point: JSON.parse(point ?? 'null') as unknown,
    })),
  ).toEqual(expected);
}

const forget = (project: ProjectStore): void => {
  project[Symbol.dispose]();
  const connection = new DatabaseSync(databaseFile(project.path));
  connection.exec('DELETE FROM metric_levels');
  connection.close();
};

describe('the levels of a run', () => {
  it('are what its recorded points come to, to the last bit, however often it was resumed', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 2, max: 60 }), (batches, count) => {
        const project = projectWithRun();
        record(project, batches);
        expectDerived(project);
        const recorded = project.metrics('r1', -1);
        const { lastSeq, ...whole } = project.curves('r1', count);
        expect(whole).toEqual(condense(recorded, count));
        expect(lastSeq).toBe(recorded.at(-1)?.seq);
        project[Symbol.dispose]();
      }),
      { numRuns: Number(process.env['TESSERA_CASES'] ?? 25) },
    );
  });

  it('give of any stretch the very points that the whole has at that stride', () => {
    const project = projectWithRun();
    fc.assert(
      fc.property(
        history,
        fc.integer({ min: 2, max: 60 }),
        fc
          .tuple(fc.nat({ max: 700 }), fc.nat({ max: 700 }))
          .map(([a, b]) => [Math.min(a, b), Math.max(a, b)]),
        (batches, count, [from = 0, to = 0]) => {
          project.addMetrics('r1', [pointOf({ isEpoch: false, loss: 0, gradientNorm: null }, 0)]);
          record(project, batches);
          const recorded = project.metrics('r1', -1);
          const { steps, stride, epochs } = project.curves('r1', count, { axis: 'step', from, to });
          expect(steps.length).toBeLessThanOrEqual(count);
          const all = joinStretches(
            recorded.filter((point) => point.kind === 'step'),
            1,
            stride,
          );
          const last = recorded.at(-1)?.seq ?? 0;
          const [low, high] = [from, to].map((seq) => Math.min(seq, last)) as [number, number];
          const stretches = [Math.max(0, low - 1), high].map((seq) => stretchOf({ seq }, stride)) as [
            number,
            number,
          ];
          const isShown = (point: { seq: number }): boolean =>
            stretchOf(point, stride) >= stretches[0] && stretchOf(point, stride) <= stretches[1];
          expect(steps).toEqual(all.filter(isShown));
          expect(epochs).toEqual(recorded.filter((point) => point.kind === 'epoch' && isShown(point)));
        },
      ),
      { numRuns: Number(process.env['TESSERA_CASES'] ?? 50) },
    );
  });

  it('hide no spike: its place is within the band, and nothing else goes beyond', () => {
    const project = projectWithRun();
    const seeds = Array.from({ length: 4000 }, (_, seq): Seed => {
      return { isEpoch: false, loss: seq === 1777 ? 40 : Math.sin(seq), gradientNorm: null };
    });
    project.addMetrics('r1', seeds.map(pointOf));
    const { steps, stride } = project.curves('r1', 100);
    expect(stride).toBe(64);
    const high = steps.map(({ spans }) => spans?.loss?.[1] ?? 0);
    expect(high.indexOf(40)).toBe(stretchOf({ seq: 1777 }, 64));
    expect(high.filter((loss) => loss > 1)).toEqual([40]);
  });

  it('are made once for a run of an older Tessera; who may only read does without them', () => {
    const project = projectWithRun();
    project.addMetrics(
      'r1',
      Array.from({ length: 3000 }, (_, seq) =>
        pointOf({ isEpoch: seq % 100 === 99, loss: seq, gradientNorm: 1 }, seq),
      ),
    );
    const whole = project.curves('r1', 50);
    forget(project);
    const reading = tracked(stores.openReadOnly(project.path, 'locked'));
    expect(reading.curves('r1', 50)).toEqual(whole);
    reading[Symbol.dispose]();
    const old = reopened(project);
    expect(dump(old)['metric_levels']).toEqual([]);
    expect(old.curves('r1', 50)).toEqual(whole);
    expectDerived(old);
  });

  it('are made for an old run that is resumed', () => {
    const project = projectWithRun();
    const points = Array.from({ length: 500 }, (_, seq) =>
      pointOf({ isEpoch: false, loss: seq, gradientNorm: null }, seq),
    );
    project.addMetrics('r1', points);
    forget(project);
    const again = tracked(stores.open(project.path));
    again.addMetrics('r1', [pointOf({ isEpoch: false, loss: 7, gradientNorm: null }, 300)]);
    expectDerived(again);
  });

  it('go with it', () => {
    const project = projectWithRun();
    project.addMetrics(
      'r1',
      Array.from({ length: 100 }, (_, seq) =>
        pointOf({ isEpoch: false, loss: seq, gradientNorm: null }, seq),
      ),
    );
    expect(dump(project)['metric_levels']).not.toEqual([]);
    project.removeRun('r1');
    expect(dump(project)['metric_levels']).toEqual([]);
  });
});

it('kill -9 leaves levels that are those of the points that were kept', async () => {
  const project = projectWithRun();
  project[Symbol.dispose]();
  const file = fileURLToPath(new URL('fixtures/record-forever.ts', import.meta.url));
  let points = 0;
  for (let round = 0; round < Number(process.env['TESSERA_KILLS'] ?? 3); round++) {
    const child = spawn(process.execPath, [file, project.path], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    await sleep((round * 17) % 60);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    const after = stores.open(project.path);
    expectDerived(after);
    points = after.metrics('r1', -1).length;
    after[Symbol.dispose]();
  }
  expect(points).toBeGreaterThan(0);
});
