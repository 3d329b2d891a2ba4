import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { graphText } from '../../app/contract/index.ts';
import { codeOf, Harness, settings } from './harness.ts';

let harness: Harness;
beforeEach(() => {
  harness = new Harness();
});
afterEach(() => harness[Symbol.asyncDispose]());

const shape = { channels: 1, imageSize: 28, classes: 2 };
const resnet = { kind: 'architecture' as const, name: 'resnet-20' };

test('a network is opened, edited, saved by its name, found after a restart, and removed', async () => {
  const projectId = await harness.filledProject();
  const { client } = harness;
  const opened = await client.models.edit({ model: resnet, ...shape });
  expect(opened.survey.mistakes).toEqual([]);
  const { graph, survey, layer } = await client.models.edit({
    model: { kind: 'graph', graph: opened.graph },
    edit: { kind: 'branch', from: 'relu', to: 'stage1.block3.relu2', join: 'add', through: [] },
    ...shape,
  });
  expect(layer).toBe('add1');
  expect(survey.mistakes).toEqual([]);

  const saved = await client.models.saveOwn({ projectId, name: 'leaping', graph });
  expect(saved).toMatchObject({ name: 'leaping', parameters: survey.parameters });
  expect(await codeOf(client.models.saveOwn({ projectId, name: 'leaping', graph }))).toBe('ownModelExists');
  const again = await client.models.saveOwn({ projectId, modelId: saved.id, name: 'leaping', graph });
  expect(again).toMatchObject({ id: saved.id, createdAt: saved.createdAt });

  const { path } = await client.projects.get({ projectId });
  await harness.restart();
  await harness.client.projects.open({ path });
  const [kept, ...more] = await harness.client.models.own({ projectId });
  expect(more).toEqual([]);
  expect(graphText(kept?.graph ?? opened.graph)).toBe(graphText({ ...graph, name: 'leaping' }));
  expect(readdirSync(join(path, 'models'))).toEqual([`${saved.id}.json`]);

  await harness.client.models.removeOwn({ projectId, modelId: saved.id });
  expect(await harness.client.models.own({ projectId })).toEqual([]);
  expect(await codeOf(harness.client.models.removeOwn({ projectId, modelId: saved.id }))).toBe(
    'ownModelNotFound',
  );
});

test('a step that cannot be made is refused with its reason', async () => {
  const { client } = harness;
  const { graph } = await client.models.edit({ model: resnet, ...shape });
  const edit = { kind: 'read', layer: 'conv', input: 0, from: 'fc' } as const;
  expect(await codeOf(client.models.edit({ model: { kind: 'graph', graph }, edit, ...shape }))).toBe(
    'editRefused',
  );
});

test('a run of it takes the pictures and classes of the project, and keeps the network', async () => {
  const projectId = await harness.filledProject();
  const { client } = harness;
  const { graph } = await client.models.edit({
    model: { kind: 'architecture', name: 'inception-small' },
    channels: 3,
    imageSize: 32,
    classes: 9,
  });
  harness.runner.on('train', () => ({
    bestEpoch: 1,
    bestValAccuracy: null,
    testAccuracy: null,
    seconds: 1,
    weightHash: 'ab',
  }));
  const own = { ...graph, name: 'mine' };
  const model = { kind: 'graph' as const, graph: own, adapt: true };
  const { run, jobId } = await client.runs.start({
    projectId,
    settings: { ...settings, imageSize: 16, model },
  });
  await harness.settled(jobId);
  const kept = await client.runs.get({ projectId, runId: run.id });
  expect(kept.model).toBe('mine');
  expect(kept.graph.input).toMatchObject({ height: 16, width: 16 });
  expect(kept.graph.layers.at(-1)).toMatchObject({ op: 'dense', units: 2 });
  expect(kept.settings.model).toEqual(model);
});
