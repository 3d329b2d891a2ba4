import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareLogits } from '../../../app/core/evaluation/parity.ts';
import { encodePng } from '../../../app/formats/images/plain-png.ts';
import { runCli } from '../../../app/hosts/cli/run-cli.ts';
import { Terminal } from '../../../app/hosts/cli/terminal.ts';
import { codeOf } from '../../services/harness.ts';
import { there } from '../../formats/onnx/models.ts';
import { classNames, npy, pictureCount, size, TrainedProject } from './trained-project.ts';

let project: TrainedProject;
let model = '';
let tensor = '';
let picture = '';
beforeAll(async () => {
  project = await TrainedProject.train(3);
  const folder = project.folder();
  model = join(folder, 'model.onnx');
  await project.export('onnx', model);
  tensor = join(folder, 'x.npy');
  const values = Float32Array.from({ length: 70 * 3 * size * size }, (_, index) => Math.sin(index));
  writeFileSync(tensor, npy(values, [70, 3, size, size]));
  picture = join(folder, 'picture.png');
  writeFileSync(picture, encodePng(there(project.pixels[4]), { width: size, height: size, channels: 3 }));
});
afterAll(() => project[Symbol.asyncDispose]());

const inProject = () => ({ projectId: project.projectId, runId: project.runId });

test('the file predicts what its run predicts', async () => {
  const { client } = project;
  const paths = [picture, picture];
  const fromRun = await client.predictions.predict({ ...inProject(), pictures: { paths } });
  const fromFile = await client.predictions.predictWithFile({ model, paths });
  expect(fromFile.map(({ input, label }) => [input, label])).toEqual(
    fromRun.map(({ input, label }) => [input, label]),
  );
  fromFile.forEach(({ scores }, index) => {
    expect(scores.map(({ name }) => name)).toEqual(classNames);
    scores.forEach(({ score }, place) =>
      expect(score).toBeCloseTo(there(fromRun[index]?.scores[place]).score, 5),
    );
  });
});

test('a tensor goes into the first layer of the file untouched, as it does in the run', async () => {
  const { client } = project;
  const rows = ({ outputs }: { outputs: number[][] }) => outputs.map((row) => Float32Array.from(row));
  const ours = rows(await client.predictions.logits({ ...inProject(), path: tensor }));
  const theirs = rows(await client.predictions.logitsOfFile({ model, path: tensor }));
  const { images, maxAbsDiff } = compareLogits(ours, theirs);
  expect(images).toBe(70);
  expect(maxAbsDiff).toBeLessThanOrEqual(1e-4);
});

test('what is missing, is no model or does not fit is said by its code', async () => {
  const { predictions } = project.client;
  const junk = join(project.folder(), 'junk.onnx');
  writeFileSync(junk, readFileSync(model).subarray(0, 5000));
  const small = join(project.folder(), 'small.npy');
  writeFileSync(small, npy(new Float32Array(3), [1, 3, 1, 1]));
  const paths = [picture];
  expect(await codeOf(predictions.predictWithFile({ model: `${model}x`, paths }))).toBe('fileNotFound');
  expect(await codeOf(predictions.predictWithFile({ model: junk, paths }))).toBe('fileMalformed');
  expect(await codeOf(predictions.predictWithFile({ model, paths: [model] }))).toBe('pictureUnreadable');
  expect(await codeOf(predictions.logitsOfFile({ model, path: small }))).toBe('shapeMismatch');
  expect(await codeOf(predictions.logitsOfFile({ model, path: model }))).toBe('fileMalformed');
});

test('the command line exports, and asks run and file alike', async () => {
  await project.close();
  process.env['TESSERA_HOME'] = project.home;
  const out = join(project.folder(), 'cli.onnx');
  const { path } = project;
  const exported = await tessera('export', path, '--run', project.runId, '--format', 'onnx', '--out', out);
  expect(exported).toMatchObject({
    path: out,
    bytes: readFileSync(out).length,
    parity: { images: pictureCount, judge: expect.stringContaining('onnxruntime') },
  });
  expect((exported as { parity: { maxAbsDiff: number } }).parity.maxAbsDiff).toBeLessThanOrEqual(1e-4);

  const asked = (await tessera('predict', out, picture)) as { input: string; scores: object }[];
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({ input: picture, confidence: expect.any(Number) });
  expect(Object.keys(there(asked[0]).scores)).toEqual(classNames);
  expect(await tessera('predict', out, tensor)).toEqual({
    outputs: expect.arrayContaining([[expect.any(Number), expect.any(Number), expect.any(Number)]]),
  });

  const weights = await tessera('export', path, '--format', 'safetensors', '--out', `${out}.safetensors`);
  expect(weights).toMatchObject({ parity: { maxAbsDiff: 0, judge: 'Tessera' } });
  expect(await exitCode('predict', out, picture, tensor)).toBe(2);
  expect(await exitCode('predict', out, picture, '--run', project.runId)).toBe(2);
  expect(await exitCode('export', path, '--format', 'pickle')).toBe(2);
  expect(await exitCode('predict', `${out}x.onnx`, picture)).toBe(1);
});

/** What a command leaves on stdout. */
async function tessera(...argv: string[]): Promise<unknown> {
  let [text, said] = ['', ''];
  const terminal = new Terminal(
    { write: (more) => !!(text += String(more)) },
    { write: (more) => !!(said += String(more)) },
  );
  const code = await runCli([...argv, '--json'], terminal);
  expect([code, said]).toEqual([0, '']);
  return JSON.parse(text);
}

function exitCode(...argv: string[]): Promise<number> {
  const nowhere = { write: () => true };
  return runCli(argv, new Terminal(nowhere, nowhere));
}
