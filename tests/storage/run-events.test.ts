import { describe, expect, it } from 'vitest';
import { defaultTrainSettings, type Run, type RunHappening } from '../../app/contract/index.ts';
import type { DataInForce } from '../../app/core/training/data-in-force.ts';
import type { ProjectStore } from '../../app/services/ports.ts';
import { newProject, reopened } from './support.ts';

const graph: Run['graph'] = {
  name: 'dense',
  input: { channels: 1, height: 28, width: 28 },
  layers: [
    { op: 'flatten', id: 'flatten', input: 'input' },
    { op: 'dense', id: 'logits', input: 'flatten', units: 2, bias: true },
  ],
};

function withRun(status: Run['status'] = 'running'): ProjectStore {
  const project = newProject();
  const run: Run = {
    id: 'r1',
    name: 'brave-otter-1',
    model: 'dense',
    status,
    settings: defaultTrainSettings,
    graph,
    classes: ['cat', 'dog'],
    parameters: 1570,
    createdAt: 1000,
    endedAt: null,
    epoch: 0,
    bestEpoch: null,
    bestValAccuracy: null,
    testAccuracy: null,
    imagesPerSecond: null,
    seconds: null,
    dataHash: 'ab',
    hasCheckpoint: false,
    error: null,
  };
  const { id: runId, settings, classes, dataHash } = run;
  const normalisation = { mean: [0.5], std: [0.25] };
  project.addRun(run, { version: 1, runId, settings, graph, classes, normalisation, manifest: [], dataHash });
  return project;
}

const at = (step: number, kind: 'started' | 'resumed' | 'checkpointKept'): RunHappening => ({
  kind,
  step,
  epoch: step / 10,
  time: step / 100,
});
const kinds = (project: ProjectStore) => project.runEvents('r1').map(({ kind, step }) => [kind, step]);

describe('events of a run', () => {
  it('are kept in order, with when they happened', () => {
    const project = withRun();
    project.addRunEvent('r1', at(0, 'started'), 5000);
    const second = project.addRunEvent('r1', at(7, 'checkpointKept'), 6000);
    expect(second).toMatchObject({ kind: 'checkpointKept', step: 7, epoch: 0.7, time: 0.07, at: 6000 });
    expect(project.runEvents('r1')[1]).toEqual(second);
    expect(kinds(reopened(project)).slice(0, 2)).toEqual([
      ['started', 0],
      ['checkpointKept', 7],
    ]);
  });

  it('of training are there once, however often it comes to them; others each time', () => {
    const project = withRun();
    const first = project.addRunEvent('r1', at(7, 'checkpointKept'), 1);
    project.addRunEvent('r1', at(3, 'resumed'), 2);
    const again = project.addRunEvent('r1', at(7, 'checkpointKept'), 3);
    project.addRunEvent('r1', at(3, 'resumed'), 4);
    expect(again).toEqual({ ...first, at: 3 });
    expect(kinds(project)).toEqual([
      ['checkpointKept', 7],
      ['resumed', 3],
      ['resumed', 3],
    ]);
  });

  it('go with their run', () => {
    const project = withRun();
    project.addRunEvent('r1', at(0, 'started'), 1);
    project.keepDataOfEpoch('r1', 0, null);
    project.removeRun('r1');
    expect(project.runEvents('r1')).toEqual([]);
    expect(project.dataOfEpoch('r1', 0)).toBeUndefined();
  });

  it('say so where Tessera went away in the middle, at the last point of the curves', () => {
    const project = withRun('running');
    const measured = { loss: 1, accuracy: 0.5, imagesPerSecond: 9 };
    project.addMetrics('r1', [{ kind: 'step', seq: 0, step: 12, epoch: 1.2, time: 3.5, ...measured }]);
    expect(project.whereRunStands('r1')).toEqual({ step: 12, epoch: 1.2, time: 3.5 });
    const again = reopened(project);
    expect(again.runEvents('r1')).toMatchObject([
      { kind: 'interrupted', step: 12, epoch: 1.2, time: 3.5, code: 'workerStopped' },
    ]);
    expect(again.run('r1').error).toContain('Tessera itself ended');
    expect(again.run('r1').error).toContain('resume');
    // Once: it is stopped now.
    expect(reopened(again).runEvents('r1')).toHaveLength(1);
  });
});

describe('the data of an epoch', () => {
  const data = (dataHash: string) => ({ dataHash, changes: [[0, null]] satisfies DataInForce['changes'] });

  it('is answered so for ever, and unknown where nobody asked', () => {
    const project = withRun('done');
    project.keepDataOfEpoch('r1', 0, null);
    project.keepDataOfEpoch('r1', 1, null);
    project.keepDataOfEpoch('r1', 2, data('x'));
    project.keepDataOfEpoch('r1', 3, data('x'));
    project.keepDataOfEpoch('r1', 4, null);
    const again = reopened(project);
    expect([0, 1, 2, 3, 4, 5].map((epoch) => again.dataOfEpoch('r1', epoch))).toEqual([
      null,
      null,
      data('x'),
      data('x'),
      null,
      undefined,
    ]);
    expect(again.runData('r1')).toEqual([
      { fromEpoch: 0, data: null },
      { fromEpoch: 2, data: data('x') },
      { fromEpoch: 4, data: null },
    ]);
  });
});
