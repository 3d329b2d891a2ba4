import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultTrainSettings } from '../../app/contract/index.ts';
import { buildArchitecture } from '../../app/core/model/architectures.ts';
import { makePlan } from '../../app/core/training/make-plan.ts';
import { planHash, readPlan } from '../../app/jobs/plan-file.ts';
import { planFile } from '../../app/storage/files.ts';
import { temporaryFolder } from './temporary-folder.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const entry = (imageId: number, classIndex: number) =>
  ({ imageId, hash: sha256(String(imageId)), classIndex, split: 'train', name: 'left out' }) as const;

const plan = makePlan(
  {
    runId: 'run',
    settings: defaultTrainSettings,
    graph: buildArchitecture('lenet', { channels: 1, imageSize: 28, classes: 2 }),
    classes: ['a', 'b'],
    entries: [entry(1, 0), entry(2, 0), entry(3, 1), entry(4, 1)],
  },
  sha256,
);

function projectWithPlan(text: string): string {
  const project = temporaryFolder();
  const path = planFile(project, 'run');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return project;
}

describe('a plan on the disk', () => {
  test('is read as it was written', async () => {
    expect(await readPlan(projectWithPlan(JSON.stringify(plan)), 'run')).toEqual(plan);
  });

  test('that is not there means that the run is not', async () => {
    await expect(readPlan(temporaryFolder(), 'run')).rejects.toMatchObject({ code: 'runNotFound' });
  });

  test.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['another version', JSON.stringify({ ...plan, version: 2 })],
    ['a class that is no index', JSON.stringify({ ...plan, manifest: [{ ...entry(1, -1) }] })],
    [
      'a network of unknown layers',
      JSON.stringify({ ...plan, graph: { ...plan.graph, layers: [{ op: 'x' }] } }),
    ],
  ])('with %s in it is refused with its path', async (_, text) => {
    const project = projectWithPlan(text);
    await expect(readPlan(project, 'run')).rejects.toMatchObject({
      code: 'fileMalformed',
      details: { path: planFile(project, 'run') },
    });
  });
});

describe('the hash of a plan', () => {
  test('does not depend on the order in which its JSON was written', async () => {
    const turned = Object.fromEntries(Object.entries(plan).toReversed());
    expect(planHash(await readPlan(projectWithPlan(JSON.stringify(turned)), 'run'))).toBe(planHash(plan));
  });

  test('depends on everything that decides the run', () => {
    const changed = [
      { ...plan, settings: { ...plan.settings, seed: 2 } },
      { ...plan, settings: { ...plan.settings, learningRate: 0.1 } },
      { ...plan, classes: ['b', 'a'] },
      { ...plan, manifest: plan.manifest.toReversed() },
      { ...plan, normalisation: { mean: [0], std: [1] } },
      { ...plan, graph: { ...plan.graph, layers: plan.graph.layers.slice(1) } },
    ];
    expect(new Set([plan, ...changed].map(planHash)).size).toBe(changed.length + 1);
  });
});
