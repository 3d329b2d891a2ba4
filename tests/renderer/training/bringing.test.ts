import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TesseraError, type BroughtModel, type ModelPreview } from '../../../app/contract/index.ts';
import { buildArchitecture } from '../../../app/core/model/architectures.ts';
import { describeGraph } from '../../../app/core/model/describe.ts';
import { Bringing } from '../../../renderer/features/training/bringing.svelte.ts';
import { BroughtModels } from '../../../renderer/features/training/brought-models.svelte.ts';
import { broughtModelFile, writeFileAtomic } from '../../../app/storage/files.ts';
import { Harness } from '../../services/harness.ts';
import { forever } from '../../services/scripted-runner.ts';

const target = { channels: 1, imageSize: 28, classes: 3 };
const graph = buildArchitecture('lenet', target);
const description = describeGraph(graph, target);
const found = {
  format: 'onnx',
  architecture: null,
  classifier: 'fc3',
  outputs: 3,
  classes: null,
  ownNormalisation: null,
  preprocessing: 'imagenet',
  isAssumed: true,
  parameters: description.parameters,
} as const satisfies Partial<ModelPreview>;

let harness: Harness;
let projectId: string;
let given: { name: string; source: { paths: string[] } };
beforeEach(async () => {
  harness = new Harness();
  projectId = await harness.project();
  given = { name: 'net.onnx', source: { paths: [harness.home] } };
  harness.runner
    .on('inspectModel', () => ({ ...found, input: graph.input, description }))
    .on('bringModel', async ({ task }) => {
      const { modelId, name, file, preprocessing, projectPath } = task;
      const model: BroughtModel = {
        ...found,
        ...{ id: modelId, name, file, graph, bytes: 10, createdAt: Date.now() },
        ...(preprocessing !== undefined && { preprocessing, isAssumed: false }),
      };
      await writeFileAtomic(broughtModelFile(projectPath, modelId), JSON.stringify(model));
      return model;
    });
});
afterEach(() => harness[Symbol.asyncDispose]());

type Send = ConstructorParameters<typeof Bringing>[1];
const noUpload: Send = () => Promise.reject(new Error('nothing is sent here'));
const begin = (send: Send = noUpload): Bringing => new Bringing(harness.client, send, projectId);

test('a file is described before it is taken in, and is taken in as it was set then', async () => {
  const bringing = begin();
  await bringing.take(given);
  expect(bringing.step).toBe('preview');
  expect(bringing.preview).toMatchObject({ outputs: 3, isAssumed: true, description: { problem: null } });
  expect(await harness.client.models.brought({ projectId })).toEqual([]);
  bringing.name = 'Mine';
  bringing.preprocessing = 'unit';
  expect(await bringing.accept()).toMatchObject({ name: 'Mine', preprocessing: 'unit', isAssumed: false });
  expect(bringing.step).toBe('idle');
  expect(bringing.preview).toBeNull();
  // What was left as it was found is still only assumed.
  await bringing.take(given);
  expect(await bringing.accept()).toMatchObject({ preprocessing: 'imagenet', isAssumed: true });
});

test('what is refused is said, and another file can be given', async () => {
  const bringing = begin();
  harness.runner.on('inspectModel', () => {
    throw new TesseraError('modelNotTaken', { path: 'net.onnx', reason: 'it is a pickle' });
  });
  await bringing.take(given);
  expect(bringing.error).not.toBeNull();
  expect(bringing.step).toBe('idle');
  harness.runner.on('inspectModel', () => ({ ...found, input: graph.input, description }));
  await bringing.take(given);
  expect(bringing.error).toBeNull();
  expect(bringing.step).toBe('preview');
});

test('several files at once are not models', async () => {
  const bringing = begin();
  const files = ['a.onnx', 'b.onnx'].map((name) => ({ name, blob: new Blob() }));
  await bringing.take({ name: '', source: { files } });
  expect(bringing.error).toMatchObject({ code: 'invalidInput' });
});

test('looking into a file can be left; what comes of it then is not shown', async () => {
  const bringing = begin();
  harness.runner.on('inspectModel', forever);
  const taking = bringing.take(given);
  await vi.waitFor(() => expect(harness.runner.tasks.at(-1)).toMatchObject({ kind: 'inspectModel' }));
  expect(bringing.step).toBe('inspecting');
  bringing.cancel();
  await taking;
  expect(bringing).toMatchObject({ step: 'idle', error: null, preview: null });
});

test('models are renamed, removed for good after a moment, or kept after all', async () => {
  const bringing = begin();
  const brought = new BroughtModels(harness.client, projectId);
  for (const name of ['one', 'two']) {
    await bringing.take(given);
    bringing.name = name;
    await bringing.accept();
  }
  await brought.read();
  const [first, second] = brought.models;
  if (!first || !second) throw new Error('there are two');
  await brought.change(first.id, { name: second.name });
  // A name is never given twice.
  expect(brought.find(first.id)?.name).toBe(`${second.name} 2`);
  await brought.remove(first);
  expect(brought.find(first.id)).toBeNull();
  brought.undoRemove();
  expect(brought.find(first.id)).not.toBeNull();
  await brought.remove(first);
  await brought.settle();
  expect((await harness.client.models.brought({ projectId })).map(({ id }) => id)).toEqual([second.id]);
});
