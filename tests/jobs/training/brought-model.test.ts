import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultTrainSettings, type SweepSpec, type TrainSettings } from '../../../app/contract/index.ts';
import { buildArchitecture } from '../../../app/core/model/architectures.ts';
import { parameterShapes } from '../../../app/core/model/classifier.ts';
import { writeSafetensors, type FloatTensor } from '../../../app/formats/safetensors.ts';
import { decodeCheckpoint } from '../../../app/jobs/checkpoint.ts';
import { readPlan } from '../../../app/jobs/plan-file.ts';
import { broughtModelFile, checkpointFile, modelsFolder } from '../../../app/storage/files.ts';
import { numbers, there } from '../../formats/onnx/models.ts';
import { TrainedProject, classNames } from '../export/trained-project.ts';

let project: TrainedProject;
beforeAll(async () => {
  project = await TrainedProject.train(3);
});
afterAll(() => project[Symbol.asyncDispose]());

const torchFile = (name: string): string => join(import.meta.dirname, '../../formats/onnx/torch', name);

/** Weights of a ResNet-20 for seven classes, as PyTorch would have saved them after training on several devices. */
function stateDict(change: (tensors: Record<string, FloatTensor>) => void = () => undefined): string {
  const random = numbers(3);
  const target = { channels: 3, imageSize: 32, classes: 7 };
  const tensors: Record<string, FloatTensor> = {};
  for (const [name, shape] of parameterShapes(buildArchitecture('resnet-20', target))) {
    const count = shape.reduce((product, size) => product * size, 1);
    const scale = name.endsWith('running_var') ? 1 : 0.2;
    tensors[`module.${name}`] = {
      shape,
      data: Float32Array.from({ length: count }, () => scale * (0.1 + random())),
    };
  }
  change(tensors);
  const path = join(project.folder(), 'cifar.safetensors');
  writeFileSync(path, writeSafetensors(tensors));
  return path;
}

/** Of a layer in the middle. */
const oneKey = there(
  [...parameterShapes(buildArchitecture('resnet-20', { channels: 3, imageSize: 32, classes: 7 })).keys()][20],
);

const bring = (path: string, more: { name?: string; preprocessing?: 'unit' } = {}) =>
  project.client.models.bring({ projectId: project.projectId, source: { paths: [path] }, ...more });

async function train(settings: Partial<TrainSettings>) {
  const { run, jobId } = await project.client.runs.start({
    projectId: project.projectId,
    settings: { ...defaultTrainSettings, epochs: 1, batchSize: 16, threads: 1, ...settings },
  });
  const job = await project.settled(jobId);
  if (job.status !== 'done') throw new Error(job.error?.message ?? job.status);
  const path = checkpointFile(project.path, run.id, 'last');
  return {
    run,
    plan: await readPlan(project.path, run.id),
    learned: decodeCheckpoint(readFileSync(path), path).parameters,
  };
}

describe('an ONNX file that PyTorch wrote', () => {
  test('is brought in, and says what was assumed', async () => {
    const model = await bring(torchFile('residual.onnx'));
    expect(model).toMatchObject({
      name: 'residual',
      format: 'onnx',
      architecture: null,
      outputs: 5,
      classes: null,
      input: { channels: 3, height: 16, width: 16 },
      preprocessing: 'imagenet',
      isAssumed: true,
    });
    expect((await bring(torchFile('residual.onnx'))).name).toBe('residual 2');
    expect(readdirSync(modelsFolder(project.path))).toHaveLength(4);
  });

  test('is described without being taken in', async () => {
    const { projectId } = project;
    const before = await project.client.models.brought({ projectId });
    const preview = await project.client.models.inspect({
      projectId,
      source: { paths: [torchFile('branches.onnx')] },
    });
    expect(preview).toMatchObject({ name: 'branches', file: 'branches.onnx', format: 'onnx' });
    expect(preview.description.problem).toBeNull();
    expect(preview.description.parameters).toBe(preview.parameters);
    expect(preview.description.layers.map(({ id }) => id)).toContain(preview.classifier);
    expect(await project.client.models.brought({ projectId })).toEqual(before);
    expect(
      existsSync(modelsFolder(project.path)) ? readdirSync(modelsFolder(project.path)) : [],
    ).toHaveLength(2 * before.length);
  });

  test('is trained with a classifier for the classes of the project, frozen layers as they were', async () => {
    const { id, classifier } = await bring(torchFile('residual.onnx'), {
      preprocessing: 'unit',
      name: 'start',
    });
    const { projectId } = project;
    const described = await project.client.models.describeBrought({ projectId, modelId: id, imageSize: 16 });
    expect(described.problem).toBeNull();
    const frozen = described.layers.filter(
      ({ parameters, id: layer }) => parameters > 0 && layer !== classifier,
    );
    const { plan, learned } = await train({
      startModel: id,
      imageSize: 16,
      frozen: frozen.map((each) => each.id),
    });
    expect(plan.normalisation).toEqual({ mean: [0, 0, 0], std: [1, 1, 1] });
    expect(there(learned[`${classifier}.weight`]).shape[0]).toBe(classNames.length);
    const again = await train({ startModel: id, imageSize: 16 });
    const [first] = frozen;
    const name = `${there(first).id}.weight`;
    expect(there(learned[name]).data).not.toEqual(there(again.learned[name]).data);
    // A removed model takes nothing away from the runs that began with it.
    await project.client.models.removeBrought({ projectId, modelId: id });
    await expect(train({ startModel: id, imageSize: 16 })).rejects.toMatchObject({
      code: 'broughtModelNotFound',
    });
  });

  test('is the network of every trial of a sweep; another cannot be tried out', async () => {
    const { projectId } = project;
    const { id } = await bring(torchFile('branches.onnx'));
    const spec: SweepSpec = {
      settings: {
        ...defaultTrainSettings,
        ...{ startModel: id, imageSize: 16, fineTune: { blocks: 1, decay: 0.5 } },
      },
      space: { learningRate: [0.001, 0.01] },
      method: { kind: 'grid' },
      minutes: null,
      rankBy: 'valAccuracy',
    };
    expect(await project.client.sweeps.forecast({ projectId, spec })).toMatchObject({ trials: 2 });
    await expect(
      project.client.sweeps.forecast({ projectId, spec: { ...spec, space: { model: ['lenet'] } } }),
    ).rejects.toMatchObject({ code: 'invalidInput' });
  });

  test('keeps its preprocessing when another one is chosen later, by name', async () => {
    const { projectId } = project;
    const { id } = await bring(torchFile('gate.onnx'));
    const changed = await project.client.models.changeBrought({
      projectId,
      modelId: id,
      preprocessing: 'centred',
      name: 'Gate',
    });
    expect(changed).toMatchObject({ name: 'Gate', preprocessing: 'centred', isAssumed: false });
    await expect(
      project.client.models.changeBrought({ projectId, modelId: id, preprocessing: 'own' }),
    ).rejects.toMatchObject({ code: 'invalidInput' });
  });
});

test('one that was damaged is named, and can be removed', async () => {
  const { projectId, path } = project;
  const { id } = await bring(torchFile('residual.onnx'));
  const file = broughtModelFile(path, id);
  writeFileSync(file, '{');
  await expect(project.client.models.brought({ projectId })).rejects.toMatchObject({
    code: 'fileMalformed',
    message: expect.stringContaining(file),
  });
  await project.client.models.removeBrought({ projectId, modelId: id });
  expect(await project.client.models.brought({ projectId })).not.toContainEqual(
    expect.objectContaining({ id }),
  );
});

describe('weights by themselves', () => {
  test('are recognised by names and shapes, and trained at another size of pictures', async () => {
    const model = await bring(stateDict());
    expect(model).toMatchObject({ architecture: 'resnet-20', outputs: 7, format: 'weights' });
    const { plan } = await train({ startModel: model.id, imageSize: 16 });
    expect(plan.graph.input).toEqual({ channels: 3, height: 16, width: 16 });
    expect(plan.graph.name).toBe('cifar');
  });

  test('of a model that Tessera exported go on where they were: the classes are the same', async () => {
    const out = join(project.folder(), 'own.safetensors');
    await project.export('safetensors', out);
    const model = await bring(out);
    expect(model).toMatchObject({
      format: 'tessera',
      classes: classNames,
      preprocessing: 'own',
      isAssumed: false,
    });
    const { run } = await train({
      startModel: model.id,
      imageSize: 16,
      learningRate: 1e-9,
      optimizer: 'sgd',
    });
    const before = await project.client.runs.get({ projectId: project.projectId, runId: project.runId });
    const after = await project.client.runs.get({ projectId: project.projectId, runId: run.id });
    expect(after.bestValAccuracy).toBe(before.bestValAccuracy);
  });

  test.each([
    [
      'a key is missing',
      (all: Record<string, FloatTensor>) => void Reflect.deleteProperty(all, `module.${oneKey}`),
      /looks like ResNet-20, but (\S+) is not in it/,
    ],
    [
      'a shape is another',
      (all: Record<string, FloatTensor>) =>
        void (all[`module.${oneKey}`] = { shape: [2], data: new Float32Array(2) }),
      /(\S+) has the shape \[2\], where \[[\d, ]+\] is expected/,
    ],
    [
      'a key is strange',
      (all: Record<string, FloatTensor>) =>
        void (all['module.extra.weight'] = { shape: [1], data: new Float32Array(1) }),
      /extra\.weight belongs to no layer of it/,
    ],
  ])('are refused where %s', async (_, change, reason) => {
    const files = readdirSync(modelsFolder(project.path)).length;
    await expect(bring(stateDict(change))).rejects.toMatchObject({
      code: 'modelNotTaken',
      message: expect.stringMatching(reason),
    });
    expect(readdirSync(modelsFolder(project.path))).toHaveLength(files);
  });

  test('of no architecture, pickles and other files are refused with the reason', async () => {
    const write = (name: string, bytes: Uint8Array): string => {
      const path = join(project.folder(), name);
      writeFileSync(path, bytes);
      return path;
    };
    const other = write('x.safetensors', writeSafetensors({ a: { shape: [1], data: new Float32Array(1) } }));
    await expect(bring(other)).rejects.toThrow(/of no architecture that Tessera knows/);
    await expect(bring(write('x.pt', Uint8Array.of(0x80, 2, 0x7d)))).rejects.toThrow(/it is a pickle/);
    await expect(bring(write('x.h5', Uint8Array.of(1, 2, 3)))).rejects.toThrow(
      /neither a \.safetensors nor an \.onnx/,
    );
  });
});
