import {
  cpSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TesseraError, type ExportResult, type Job } from '../../../app/contract/index.ts';
import { compareLogits } from '../../../app/core/evaluation/parity.ts';
import { encodePng } from '../../../app/formats/images/plain-png.ts';
import { readWeights } from '../../../app/formats/weights.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../app/jobs/checkpoint.ts';
import { OnnxSession } from '../../../app/jobs/onnx-session.ts';
import { runExport } from '../../../app/jobs/tasks/export.ts';
import { readPlan } from '../../../app/jobs/plan-file.ts';
import type { TaskContext } from '../../../app/jobs/tasks/context.ts';
import { loadTrainedModel } from '../../../app/jobs/tasks/trained-model.ts';
import { checkpointFile, imageFile } from '../../../app/storage/files.ts';
import { there } from '../../formats/onnx/models.ts';
import { classNames, npy, pictureCount, size, TrainedProject } from './trained-project.ts';

let grey: TrainedProject;
beforeAll(async () => {
  grey = await TrainedProject.train(1);
});
afterAll(() => grey[Symbol.asyncDispose]());

function resultOf(job: Job): ExportResult {
  if (job.result?.kind !== 'export') throw new Error(job.error?.message ?? job.status);
  return job.result;
}

/** Logits or probabilities of a written file, on the project's pictures as they were drawn. */
async function askFile(project: TrainedProject, path: string, output: 'logits' | 'probabilities') {
  await using session = await OnnxSession.open(readFileSync(path), 1);
  const data = Buffer.concat(project.pixels);
  const channels = data.length / (pictureCount * size * size);
  return await session.run({ name: 'images', data, shape: [pictureCount, size, size, channels] }, output);
}

describe('ONNX', () => {
  test('answers as Tessera does, and says so', async () => {
    const result = resultOf(await grey.export('onnx'));
    expect(result.parity.maxAbsDiff).toBeLessThanOrEqual(1e-4);
    expect(result.parity).toMatchObject({
      images: pictureCount,
      judge: expect.stringMatching(/^onnxruntime \d/),
    });
    expect(result.bytes).toBe(readFileSync(result.path).length);
    expect(dirname(dirname(result.path))).toBe(join(grey.path, 'exports'));
    expect(readdirSync(dirname(result.path)).toSorted()).toEqual(
      [basename(result.path), 'labels.txt'].toSorted(),
    );
    expect(result.downloads.map(({ name }) => name)).toEqual([basename(result.path), 'labels.txt']);
  });

  test('predicts what the app predicts for the same pictures', async () => {
    const { path } = resultOf(await grey.export('onnx', join(grey.folder(), 'model.onnx')));
    const { projectId, runId } = grey;
    const imageIds = await grey.client.dataset.imageIds({ projectId, filter: {} });
    const predictions = await grey.client.predictions.predict({ projectId, runId, pictures: { imageIds } });
    const rows = await askFile(grey, path, 'probabilities');
    expect(predictions).toHaveLength(pictureCount);
    for (const { input, scores } of predictions) {
      const row = there(rows[Number.parseInt(input)]);
      scores.forEach(({ score }, index) => expect(row[index]).toBeCloseTo(score, 5));
    }
  });

  test('has the normalisation inside: a tensor that is normalised by hand gives the same logits', async () => {
    const { path } = resultOf(await grey.export('onnx', join(grey.folder(), 'model.onnx')));
    const { projectId, runId } = grey;
    const { normalisation } = await readPlan(grey.path, runId);
    const [mean, std] = [there(normalisation.mean[0]), there(normalisation.std[0])];
    const tensor = Float32Array.from(Buffer.concat(grey.pixels), (value) => (value / 255 - mean) / std);
    const file = join(grey.folder(), 'x.npy');
    writeFileSync(file, npy(tensor, [pictureCount, 1, size, size]));
    const { outputs } = await grey.client.predictions.logits({ projectId, runId, path: file });
    const ours = outputs.map((row) => Float32Array.from(row));
    const { maxAbsDiff, images } = compareLogits(ours, await askFile(grey, path, 'logits'));
    expect(images).toBe(pictureCount);
    expect(maxAbsDiff).toBeLessThanOrEqual(1e-4);
  });

  test('takes colour pictures with red in front', async () => {
    await using colour = await TrainedProject.train(3);
    const { path, parity } = resultOf(await colour.export('onnx'));
    expect(parity.maxAbsDiff).toBeLessThanOrEqual(1e-4);
    expect(await askFile(colour, path, 'logits')).toHaveLength(pictureCount);
  });
});

describe('ONNX in 8 bits', () => {
  test('is written beside its labels, with its accuracy next to that of the float model', async () => {
    const result = resultOf(await grey.export('onnx-int8'));
    const { quantisation, path, parity } = result;
    expect(basename(path)).toMatch(/-int8\.onnx$/);
    expect(parity.maxAbsDiff).toBeLessThanOrEqual(1e-4);
    const { manifest } = await readPlan(grey.path, grey.runId);
    const kept = manifest.filter(({ split }) => split === 'val').length;
    expect(quantisation).toMatchObject({ split: 'val', images: kept });
    const { float, int8, agreeing } = there(quantisation);
    expect(Math.abs(float.accuracy - int8.accuracy)).toBeLessThanOrEqual(1.01 / kept);
    expect(agreeing).toBeGreaterThanOrEqual(kept - 1);
    expect(int8.bytes).toBe(readFileSync(path).length);
    expect(int8.bytes).toBeLessThan(float.bytes / 2);
    expect(readdirSync(dirname(path))).toContain('labels.txt');
  });

  test('answers nearly as Tessera does, and predicts by itself', async () => {
    const { path } = resultOf(await grey.export('onnx-int8', join(grey.folder(), 'small.onnx')));
    const float = resultOf(await grey.export('onnx', join(grey.folder(), 'model.onnx')));
    const [small, full] = [
      await askFile(grey, path, 'probabilities'),
      await askFile(grey, float.path, 'probabilities'),
    ];
    const apart = small.flatMap((row, at) =>
      [...row].map((value, place) => Math.abs(value - there(full[at]?.[place]))),
    );
    expect(Math.max(...apart)).toBeLessThan(0.1);
    const picture = join(grey.folder(), 'x.png');
    writeFileSync(picture, encodePng(there(grey.pixels[0]), { width: size, height: size, channels: 1 }));
    const [prediction] = await grey.client.predictions.predictWithFile({ model: path, paths: [picture] });
    expect(classNames).toContain(there(prediction).label);
  });

  test('without a training picture there is nothing to measure on', async () => {
    const lost = join(grey.folder(), 'project');
    cpSync(grey.path, lost, { recursive: true });
    const { manifest } = await readPlan(lost, grey.runId);
    for (const { hash, split } of manifest) if (split === 'train') rmSync(imageFile(lost, hash));
    const out = join(grey.folder(), 'small.onnx');
    await expect(exportDirectly(lost, out, 'onnx-int8')).rejects.toThrow('no training picture');
    expect(existsSync(out)).toBe(false);
  });
});

test('labels.txt has a line for each logit, whatever the names hold', async () => {
  const folder = grey.folder();
  resultOf(await grey.export('onnx', join(folder, 'model.onnx')));
  const { classes } = await readPlan(grey.path, grey.runId);
  expect(classes).toEqual(classNames);
  expect(readFileSync(join(folder, 'labels.txt'), 'utf8')).toBe('X\nO (円) ○\ntwo lines\n');
});

test('safetensors come back as the same network, with classes and origin', async () => {
  const { path, parity } = resultOf(await grey.export('safetensors', join(grey.folder(), 'w.safetensors')));
  expect(parity).toMatchObject({ maxAbsDiff: 0, images: pictureCount, judge: 'Tessera' });
  const plan = await readPlan(grey.path, grey.runId);
  const read = readWeights(readFileSync(path), path);
  expect(read).toMatchObject({
    graph: plan.graph,
    classes: classNames,
    normalisation: plan.normalisation,
    origin: { runId: grey.runId, dataHash: plan.dataHash, version: '9.8.7' },
  });
  expect(read.tensors).toEqual((await loadTrainedModel(grey.path, grey.runId)).tensors);
});

describe('what was there before', () => {
  test('is replaced as a whole when the export is good', async () => {
    const path = join(grey.folder(), 'model.onnx');
    writeFileSync(path, 'x'.repeat(1_000_000));
    const { bytes } = resultOf(await grey.export('onnx', path));
    expect(bytes).toBeLessThan(1_000_000);
    expect(readFileSync(path)).toHaveLength(bytes);
    expect(await askFile(grey, path, 'logits')).toHaveLength(pictureCount);
  });

  test('stays when the labels cannot be written', async () => {
    const folder = grey.folder();
    const path = join(folder, 'model.onnx');
    writeFileSync(path, 'mine');
    mkdirSync(join(folder, 'labels.txt'));
    const { status, error } = await grey.export('onnx', path);
    expect([status, error?.code]).toEqual(['failed', 'exportFailed']);
    expect(error?.message).toContain('labels.txt');
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(readdirSync(folder).toSorted()).toEqual(['labels.txt', 'model.onnx']);
  });

  test('stays when the model answers differently; nothing of the export is kept', async () => {
    const damaged = join(grey.folder(), 'project');
    cpSync(grey.path, damaged, { recursive: true });
    const best = checkpointFile(damaged, grey.runId, 'best');
    const checkpoint = decodeCheckpoint(readFileSync(best), best);
    // No comparison with what is not a number can come out well.
    there(checkpoint.parameters['fc1.bias']).data.fill(Number.NaN);
    writeFileSync(best, encodeCheckpoint(checkpoint));
    const folder = grey.folder();
    for (const format of ['onnx', 'safetensors'] as const) {
      const out = join(folder, `model.${format}`);
      writeFileSync(out, 'mine');
      await expect(exportDirectly(damaged, out, format)).rejects.toMatchObject({ code: 'exportDiffers' });
      expect(readFileSync(out, 'utf8')).toBe('mine');
    }
    expect(readdirSync(folder).toSorted()).toEqual(['model.onnx', 'model.safetensors']);
  });

  test('stays when it is cancelled while the file is judged', async () => {
    const folder = grey.folder();
    const abort = new AbortController();
    const running = exportDirectly(grey.path, join(folder, 'model.onnx'), 'onnx', {
      signal: abort.signal,
      progress: (_done, _total, detail) => {
        if (detail.includes('onnxruntime')) abort.abort(new TesseraError('cancelled'));
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a place that cannot be written', () => {
  test.each([
    ['below a file', (folder: string) => join(folder, 'file', 'model.onnx'), /file, not a folder/],
    ['a folder', (folder: string) => join(folder, 'folder'), /it is a folder; name a file in it/],
    ['the name of the labels', (folder: string) => join(folder, 'labels.txt'), /takes that name/],
  ])('%s', async (_name, target, reason) => {
    const folder = grey.folder();
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'folder'));
    const { status, error } = await grey.export('onnx', target(folder));
    expect([status, error?.code]).toEqual(['failed', 'exportFailed']);
    expect(error?.message).toContain(target(folder));
    expect(error?.message).toMatch(reason);
    expect(readdirSync(folder).toSorted()).toEqual(['file', 'folder']);
  });

  // For root no folder is closed, and Windows has no such bits.
  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('a closed folder', async () => {
    const folder = grey.folder();
    chmodSync(folder, 0o500);
    const { error } = await grey.export('onnx', join(folder, 'model.onnx'));
    expect(error?.code).toBe('exportFailed');
    expect(error?.message).toContain('may not write there');
  });
});

test('without a picture to compare on there is no export', async () => {
  const out = join(grey.folder(), 'model.onnx');
  await expect(exportDirectly(grey.path, out, 'onnx', {}, ['0'.repeat(64)])).rejects.toMatchObject({
    code: 'exportFailed',
  });
  expect(existsSync(out)).toBe(false);
});

/** The task as the worker runs it, in this process. */
async function exportDirectly(
  projectPath: string,
  out: string,
  format: 'onnx' | 'onnx-int8' | 'safetensors',
  context: Partial<TaskContext> = {},
  hashes?: string[],
) {
  const { manifest } = await readPlan(projectPath, grey.runId);
  const samples = hashes?.map((hash) => ({ ...there(manifest[0]), hash })) ?? manifest;
  const { runId } = grey;
  return runExport(
    { kind: 'export', projectPath, runId, format, out, samples, version: '9.8.7', card: '# Card\n' },
    {
      signal: new AbortController().signal,
      pausing: new AbortController().signal,
      progress: () => undefined,
      images: () => Promise.resolve(),
      decode: () => Promise.resolve([]),
      decoded: () => undefined,
      measured: () => undefined,
      suggestions: () => undefined,
      metrics: () => undefined,
      happened: () => undefined,
      dataOf: () => Promise.resolve({ data: null, refused: null }),
      checkpoint: () => undefined,
      ...context,
    },
  );
}
