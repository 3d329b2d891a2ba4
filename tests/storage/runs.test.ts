import { existsSync, linkSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  defaultTrainSettings,
  type Evaluation,
  type JudgedImage,
  type Metric,
  type Run,
} from '../../app/contract/index.ts';
import type { TrainPlan } from '../../app/core/training/plan.ts';
import type { ProjectStore } from '../../app/services/ports.ts';
import { checkpointFile, modelCardFile, planFile, runFolder } from '../../app/storage/files.ts';
import { dump, expectError, importAll, newProject, picture, reopened } from './support.ts';

const graph: Run['graph'] = {
  name: 'dense',
  input: { channels: 1, height: 28, width: 28 },
  layers: [
    { op: 'flatten', id: 'flatten', input: 'input' },
    { op: 'dense', id: 'logits', input: 'flatten', units: 2, bias: true },
  ],
};

const someRun = (id: string, more: Partial<Run> = {}): Run => ({
  id,
  name: `brave-otter-${id}`,
  model: 'dense',
  status: 'done',
  settings: defaultTrainSettings,
  graph,
  classes: ['cat', '__proto__'],
  parameters: 1570,
  createdAt: 1000,
  endedAt: 2000,
  epoch: 5,
  bestEpoch: 4,
  bestValAccuracy: 0.75,
  testAccuracy: null,
  imagesPerSecond: 1234.5,
  seconds: 12.25,
  dataHash: 'ab',
  hasCheckpoint: true,
  error: null,
  ...more,
});

const planOf = (run: Run): TrainPlan => ({
  version: 1,
  runId: run.id,
  settings: run.settings,
  graph: run.graph,
  classes: run.classes,
  normalisation: { mean: [0.5], std: [0.25] },
  manifest: [{ imageId: 1, hash: 'ff', classIndex: 0, split: 'train' }],
  dataHash: run.dataHash,
});

function add(project: ProjectStore, run: Run): Run {
  project.addRun(run, planOf(run));
  return run;
}

const step = (seq: number, loss = seq / 10): Metric => ({
  kind: 'step',
  seq,
  step: seq * 10,
  epoch: seq / 4,
  time: seq * 0.5,
  loss,
  accuracy: 0.5,
  imagesPerSecond: 100,
});

describe('runs', () => {
  it('are kept whole, the newest first', () => {
    const project = newProject();
    const first = add(project, someRun('r1'));
    const second = add(project, someRun('r2', { createdAt: 1001 }));
    const third = add(project, someRun('r3', { createdAt: 1001 }));
    const again = reopened(project);
    expect(again.runs()).toStrictEqual([third, second, first]);
    expect(again.run('r1')).toStrictEqual(first);
    expect(JSON.parse(readFileSync(planFile(project.path, 'r1'), 'utf8'))).toEqual(planOf(first));
  });

  it('change part by part', () => {
    const project = newProject();
    const run = add(project, someRun('r1'));
    const changed = project.updateRun('r1', { name: 'mine', epoch: 6, testAccuracy: 0.5 });
    expect(changed).toStrictEqual({ ...run, name: 'mine', epoch: 6, testAccuracy: 0.5 });
    expect(reopened(project).run('r1')).toStrictEqual(changed);
  });

  it('are marked as stopped where their Tessera ended before them', () => {
    const project = newProject();
    for (const status of ['queued', 'running', 'done', 'failed', 'cancelled', 'stopped'] as const) {
      add(project, someRun(status, { status, endedAt: null }));
    }
    const after = new Map(
      reopened(project)
        .runs()
        .map(({ id, status, endedAt }) => [id, { status, endedAt }]),
    );
    expect(after.get('queued')?.status).toBe('stopped');
    expect(after.get('running')).toMatchObject({ status: 'stopped', endedAt: expect.any(Number) });
    for (const id of ['done', 'failed', 'cancelled'])
      expect(after.get(id)).toEqual({ status: id, endedAt: null });
  });

  it('go with their folder, points and evaluations', () => {
    const project = newProject();
    add(project, someRun('r1'));
    const before = dump(project);
    add(project, someRun('r2'));
    project.addMetrics('r2', [step(1)]);
    project.saveEvaluation(evaluationOf('r2'), [judged(1, 0, 0, 0.1)]);
    writeFileSync(checkpointFile(project.path, 'r2', 'best'), 'weights');
    project.removeRun('r2');
    expect(dump(project)).toEqual(before);
    expect(existsSync(runFolder(project.path, 'r2'))).toBe(false);
    expect(existsSync(planFile(project.path, 'r1'))).toBe(true);
  });

  it('are refused where they could not be read again', () => {
    const project = newProject();
    add(project, someRun('r1'));
    expect(() => project.updateRun('r1', { seconds: NaN })).toThrow('seconds');
    expect(() => add(project, someRun('r2', { parameters: 0.5 }))).toThrow('parameters');
    expect(project.runs()).toStrictEqual([someRun('r1')]);
  });

  it('that are not there are told apart', () => {
    const project = newProject();
    expectError(() => project.run('none'), 'runNotFound');
    expectError(() => project.updateRun('none', { name: 'x' }), 'runNotFound');
    expectError(() => project.removeRun('none'), 'runNotFound');
    expectError(() => project.addRun(someRun('../r'), planOf(someRun('../r'))), 'invalidInput');
    expect(project.runs()).toEqual([]);
  });
});

describe('the points of the curves', () => {
  it('come back as they were, after a sequence number', () => {
    const project = newProject();
    add(project, someRun('r1'));
    add(project, someRun('r2'));
    const epoch: Metric = {
      kind: 'epoch',
      seq: 4,
      step: 40,
      epoch: 1,
      time: 2,
      trainLoss: 0.1,
      trainAccuracy: 0.9,
      valLoss: null,
      valAccuracy: null,
      imagesPerSecond: 100,
    };
    project.addMetrics('r1', [step(1), step(2), step(3)]);
    project.addMetrics('r1', [epoch]);
    project.addMetrics('r2', [step(1)]);
    project.addMetrics('r1', []);
    const again = reopened(project);
    expect(again.metrics('r1', 0)).toStrictEqual([step(1), step(2), step(3), epoch]);
    expect(again.metrics('r1', 2)).toStrictEqual([step(3), epoch]);
    expect(again.metrics('r1', 4)).toEqual([]);
    expect(again.metrics('none', 0)).toEqual([]);
  });

  it('are replaced from where a resumed run begins again', () => {
    const project = newProject();
    add(project, someRun('r1'));
    project.addMetrics('r1', [step(1), step(2), step(3), step(4)]);
    project.addMetrics('r1', [step(3, 9)]);
    expect(project.metrics('r1', 0)).toEqual([step(1), step(2), step(3, 9)]);
  });
});

const judged = (imageId: number, truth: number, predicted: number, loss: number): JudgedImage => ({
  imageId,
  name: `${imageId}.png`,
  truth,
  predicted,
  confidence: 0.5,
  loss,
});

function evaluationOf(runId: string): Evaluation {
  return {
    runId,
    split: 'test',
    images: 5,
    accuracy: 0.4,
    macroF1: 0.375,
    loss: 1.5,
    temperature: 1,
    classes: ['cat', 'dog'],
    confusion: [
      [1, 2],
      [1, 1],
    ],
    perClass: [
      { name: 'cat', precision: 0.5, recall: 0.3, f1: 0.4, support: 3 },
      { name: 'dog', precision: 0.3, recall: 0.5, f1: 0.4, support: 2 },
    ],
  };
}

/** Five judged pictures, numbered 1 to 5. */
function evaluated(): ProjectStore {
  const project = newProject();
  importAll(
    project,
    Array.from({ length: 5 }, (_, n) => picture(n + 1)),
  );
  add(project, someRun('r1'));
  project.saveEvaluation(evaluationOf('r1'), [
    judged(1, 0, 0, 0.9),
    judged(2, 0, 1, 0.8),
    judged(3, 0, 1, 3.5),
    judged(4, 1, 0, 1.5),
    judged(5, 1, 1, 0.1),
  ]);
  return project;
}

describe('evaluations', () => {
  it('are kept by run and split, the newest of each', () => {
    const project = reopened(evaluated());
    expect(project.evaluation('r1', 'test')).toStrictEqual(evaluationOf('r1'));
    expect(project.evaluation('r1', 'val')).toBeNull();
    expect(project.evaluation('none', 'test')).toBeNull();
    project.saveEvaluation({ ...evaluationOf('r1'), accuracy: 1 }, [judged(5, 1, 1, 0.2)]);
    expect(project.evaluation('r1', 'test')?.accuracy).toBe(1);
    expect(project.judgedImages('r1', 'test', { mistakesOnly: false }, 0, 10)).toStrictEqual({
      total: 1,
      images: [judged(5, 1, 1, 0.2)],
    });
  });

  it.each([
    ['all, mistakes first, the greatest loss first', { mistakesOnly: false }, [3, 4, 2, 1, 5]],
    ['mistakes only', { mistakesOnly: true }, [3, 4, 2]],
    ['a cell', { truth: 0, predicted: 1, mistakesOnly: false }, [3, 2]],
    ['a row', { truth: 1, mistakesOnly: false }, [4, 5]],
    ['the mistakes of a column', { predicted: 0, mistakesOnly: true }, [4]],
    ['an empty cell', { truth: 2, mistakesOnly: false }, []],
  ])('give the pictures of %s', (_what, cell, expected) => {
    const project = evaluated();
    const { total, images } = project.judgedImages('r1', 'test', cell, 0, 10);
    expect(total).toBe(expected.length);
    expect(images.map(({ imageId }) => imageId)).toEqual(expected);
    expect(project.judgedImages('r1', 'test', cell, 1, 1)).toMatchObject({
      total: expected.length,
      images: expected.slice(1, 2).map((imageId) => ({ imageId, name: `${imageId}.png` })),
    });
  });

  it('leave out pictures that were deleted since', () => {
    const project = evaluated();
    project.deleteImages([4]);
    expect(project.judgedImages('r1', 'test', { mistakesOnly: true }, 0, 10)).toMatchObject({
      total: 2,
      images: [{ imageId: 3 }, { imageId: 2 }],
    });
  });
});

describe('the files of runs', () => {
  const write = (
    project: ProjectStore,
    runId: string,
    which: Parameters<typeof checkpointFile>[2],
    bytes: number,
  ) => {
    mkdirSync(runFolder(project.path, runId), { recursive: true });
    writeFileSync(checkpointFile(project.path, runId, which), Buffer.alloc(bytes));
  };
  const kept = (project: ProjectStore, runId: string) =>
    project
      .checkpoints(runId)
      .map(({ which, epoch }) => (epoch === null ? which : `${which} ${epoch}`))
      .toSorted();

  it('are told in bytes, run by run and together; what two runs share counts once', () => {
    const project = newProject();
    add(project, someRun('r1', { hasCheckpoint: false }));
    add(project, someRun('r2', { createdAt: 1001, hasCheckpoint: false }));
    const empty = project.disk();
    expect(empty.runs.map(({ checkpoints }) => checkpoints)).toEqual([0, 0]);
    expect(empty.runs[0]?.bytes).toBe(statSync(planFile(project.path, 'r1')).size);
    expect(empty.free).toBeGreaterThan(0);
    write(project, 'r1', 'best', 1000);
    write(project, 'r1', 'last', 500);
    linkSync(checkpointFile(project.path, 'r1', 'best'), checkpointFile(project.path, 'r2', 'start'));
    const full = project.disk();
    expect(full.runs.map(({ runId, checkpoints }) => [runId, checkpoints])).toEqual([
      ['r1', 1500],
      ['r2', 1000],
    ]);
    expect(full.bytes).toBe(empty.bytes + 1500);
    expect(full.runs.map(({ sweep }) => sweep)).toEqual([null, null]);
  });

  it('are thinned to what answers and what it goes on from, or removed', () => {
    const project = newProject();
    add(project, someRun('r1'));
    for (const which of ['best', 'last', 'previous', 'start', 3, 6] as const) write(project, 'r1', which, 10);
    writeFileSync(modelCardFile(project.path, 'r1'), 'mine');
    project.removeCheckpointFiles('r1', 'spare');
    expect(kept(project, 'r1')).toEqual(['best', 'last']);
    project.removeCheckpointFiles('r1', 'all');
    expect(kept(project, 'r1')).toEqual([]);
    expect(existsSync(modelCardFile(project.path, 'r1'))).toBe(true);
    expect(existsSync(planFile(project.path, 'r1'))).toBe(true);
  });

  it('keep what a run goes on from that was killed between two renames, or has not saved anything yet', () => {
    const project = newProject();
    add(project, someRun('r1'));
    for (const which of ['best', 'previous', 'start'] as const) write(project, 'r1', which, 10);
    project.removeCheckpointFiles('r1', 'spare');
    expect(kept(project, 'r1')).toEqual(['best', 'previous']);
    add(project, someRun('r2'));
    write(project, 'r2', 'start', 10);
    project.removeCheckpointFiles('r2', 'spare');
    expect(kept(project, 'r2')).toEqual(['start']);
  });
});

it('a run that was killed between its checkpoint and its row has the checkpoint', () => {
  const project = newProject();
  add(project, someRun('r1', { hasCheckpoint: false, status: 'running' }));
  add(project, someRun('r2', { hasCheckpoint: false, status: 'running' }));
  mkdirSync(runFolder(project.path, 'r1'), { recursive: true });
  writeFileSync(checkpointFile(project.path, 'r1', 'last'), 'weights');
  const again = reopened(project);
  expect(again.run('r1')).toMatchObject({ hasCheckpoint: true, status: 'stopped' });
  expect(again.run('r2')).toMatchObject({ hasCheckpoint: false, status: 'stopped' });
});

describe('a run of 200,000 recorded steps', () => {
  it('is read in as many points as a screen draws, and any stretch of it in the same', () => {
    const project = newProject();
    add(project, someRun('long'));
    const all = 200_000;
    const point = (seq: number): Metric => ({
      kind: 'step',
      seq,
      step: 10 * (seq + 1),
      epoch: seq / 1000,
      time: seq / 50,
      loss: 1 / (1 + seq / 1000),
      accuracy: 0.5,
      imagesPerSecond: 100,
    });
    for (let first = 0; first < all; first += 10_000) {
      project.addMetrics(
        'long',
        Array.from({ length: 10_000 }, (_, at) => point(first + at)),
      );
    }

    const begun = performance.now();
    const whole = project.curves('long', 3000);
    const read = performance.now();
    const stretch = project.curves('long', 3000, { axis: 'epoch', from: 150, to: 152 });
    const zoomed = performance.now();
    process.stdout.write(
      `  200,000 points: all of it in ${(read - begun).toFixed(0)} ms, a stretch in ${(zoomed - read).toFixed(0)} ms\n`,
    );

    expect(whole.steps.length).toBeLessThanOrEqual(3000);
    expect(whole.steps.reduce((sum, { weight }) => sum + weight, 0)).toBe(all);
    expect(whole.lastSeq).toBe(all - 1);
    // Every recorded point of the stretch, and one beyond each end or at it.
    expect(stretch.stride).toBe(1);
    expect(stretch.steps[0]?.epoch).toBe(149.999);
    expect(stretch.steps.at(-1)?.epoch).toBe(152);
    const byTime = project.curves('long', 3000, { axis: 'time', from: 3000, to: 3040 });
    expect(byTime.steps.map(({ seq }) => seq)).toEqual(stretch.steps.map(({ seq }) => seq));
    expect(project.curves('long', 3000, { axis: 'step', from: 9e9, to: 9e9 }).steps.at(-1)?.seq).toBe(
      all - 1,
    );
    expect(project.curves('none', 3000)).toEqual({ steps: [], stride: 1, epochs: [], lastSeq: -1 });
  });
});
