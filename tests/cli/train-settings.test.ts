import { afterAll, beforeAll, expect, test } from 'vitest';
import { trainSettingsFrom } from '../../app/hosts/cli/train-settings.ts';
import { codeOf, Harness } from '../services/harness.ts';

let harness: Harness;
let projectId: string;
beforeAll(async () => {
  harness = new Harness();
  projectId = await harness.filledProject();
});
afterAll(() => harness[Symbol.asyncDispose]());

test('a network that was saved in the project is a model by its name, at its picture size', async () => {
  const { client } = harness;
  const { graph } = await client.models.edit({
    model: { kind: 'architecture', name: 'resnet-20' },
    edit: { kind: 'pictures', imageSize: 24 },
    channels: 1,
    imageSize: 32,
    classes: 2,
  });
  await client.models.saveOwn({ projectId, name: 'mine', graph });
  const settings = await trainSettingsFrom(client, projectId, { model: 'mine', optimizer: 'adam' });
  expect(settings).toMatchObject({
    imageSize: 24,
    model: { kind: 'graph', adapt: true, graph: { name: 'mine' } },
  });
  const known = await trainSettingsFrom(client, projectId, { model: 'lenet', optimizer: 'adam' });
  expect(known.model).toEqual({ kind: 'architecture', name: 'lenet' });
  expect(await codeOf(trainSettingsFrom(client, projectId, { model: 'other', optimizer: 'adam' }))).toBe(
    'modelUnknown',
  );
});
