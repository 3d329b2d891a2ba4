import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TesseraError, type ExportResult } from '../../../app/contract/index.ts';
import { Bundle } from '../../../app/formats/bundle/read.ts';
import { encodePng } from '../../../app/formats/images/plain-png.ts';
import { ZipArchive } from '../../../app/formats/layouts/zip-archive.ts';
import { modelCardFile } from '../../../app/storage/files.ts';
import { readWeights } from '../../../app/formats/weights.ts';
import { classNames, pictureCount, size, TrainedProject } from './trained-project.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

let grey: TrainedProject;
let colour: TrainedProject;
let written: ExportResult;
beforeAll(async () => {
  [grey, colour] = await Promise.all([TrainedProject.train(1), TrainedProject.train(3)]);
  written = await exported(grey);
});
afterAll(async () => {
  await grey[Symbol.asyncDispose]();
  await colour[Symbol.asyncDispose]();
});

async function exported(
  project: TrainedProject,
  out = join(project.folder(), 'model.zip'),
): Promise<ExportResult> {
  const { result, error } = await project.export('bundle', out);
  if (result?.kind !== 'export') throw new Error(error?.message ?? 'no result');
  return result;
}

/** Every file of a zip below a new folder, as somebody unpacks it. */
async function unpack(project: TrainedProject, path: string): Promise<string> {
  const folder = project.folder();
  await using archive = await ZipArchive.open(path);
  for (const file of archive.contents.files) {
    const place = join(folder, ...file.name.split('/'));
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, await file.read());
  }
  return folder;
}

const json = (folder: string, name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

describe('what is in a bundle', () => {
  test('the models, judged by ONNX Runtime and by our own engine', async () => {
    expect(written.parts).toMatchObject([
      { file: 'model.onnx', images: pictureCount, judge: expect.stringMatching(/^onnxruntime \d/) as string },
      { file: 'weights.safetensors', images: pictureCount, judge: 'Tessera', maxAbsDiff: 0 },
    ]);
    expect(written.parity.maxAbsDiff).toBeLessThan(1e-4);
    const folder = await unpack(grey, written.path);
    expect(json(folder, 'parity.json')).toEqual({ agrees: true, files: written.parts });
    expect(readWeights(readFileSync(join(folder, 'weights.safetensors')), 'w').classes).toEqual(classNames);
  });

  test('its description says what goes in and what comes out', async () => {
    const folder = await unpack(grey, written.path);
    expect(json(folder, 'signature.json')).toEqual({
      inputs: [{ name: 'images', dtype: 'uint8', shape: [-1, size, size, 1] }],
      outputs: [
        { name: 'logits', dtype: 'float32', shape: [-1, 3] },
        { name: 'probabilities', dtype: 'float32', shape: [-1, 3] },
      ],
    });
    expect(json(folder, 'preprocess.json')).toMatchObject({
      steps: expect.arrayContaining([
        { step: 'resize', width: size, height: size, filter: 'lanczos3' },
      ]) as unknown[],
      insideTheModel: { divideBy: 255 },
    });
    expect(readFileSync(join(folder, 'labels.txt'), 'utf8')).toBe('X\nO (円) ○\ntwo lines\n');
    const golden = json(folder, 'golden/golden.json') as {
      pictures: { file: string; probabilities: number[] }[];
    };
    expect(golden.pictures).toHaveLength(8);
    for (const { file, probabilities } of golden.pictures) {
      expect(existsSync(join(folder, file))).toBe(true);
      expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
    }
    const card = readFileSync(join(folder, 'MODEL_CARD.md'), 'utf8');
    expect(card).toContain(grey.runId);
    expect(card).toContain('| two lines |');
  });

  test('the same files are the same bytes', async () => {
    const again = await exported(grey);
    expect(Buffer.compare(readFileSync(again.path), readFileSync(written.path))).toBe(0);
  });

  test('the card that the person wrote', async () => {
    const { projectId, runId } = colour;
    const of = { projectId, runId };
    const made = await colour.client.exports.card(of);
    expect(made.isEdited).toBe(false);
    const text = '# Only this\n';
    expect(await colour.client.exports.saveCard({ ...of, text })).toEqual({ text, isEdited: true });
    const folder = await unpack(colour, (await exported(colour)).path);
    expect(readFileSync(join(folder, 'MODEL_CARD.md'), 'utf8')).toBe(text);
    expect(await colour.client.exports.saveCard({ ...of, text: null })).toEqual(made);
  });

  test('a card that cannot be read is not replaced by another', async () => {
    const { projectId, runId, path } = grey;
    const place = modelCardFile(path, runId);
    mkdirSync(place);
    await expect(grey.client.exports.card({ projectId, runId })).rejects.toThrow('cannot be read');
    rmdirSync(place);
  });

  test('its name says that it is a zip', async () => {
    const { error } = await grey.export('bundle', join(grey.folder(), 'model.onnx'));
    expect(error).toMatchObject({ code: 'exportFailed', message: expect.stringContaining('.zip') as string });
  });
});

describe('its examples run', () => {
  /** The golden pictures, and a picture of another size. */
  function check(command: string, args: readonly string[], cwd: string): void {
    const golden = spawnSync(command, args, { cwd, encoding: 'utf8' });
    expect(golden.status, golden.stderr + golden.stdout).toBe(0);
    const lines = golden.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { agrees: boolean });
    expect(lines).toHaveLength(8);
    expect(lines.every(({ agrees }) => agrees)).toBe(true);

    const shape = { width: 40, height: 24, channels: 3 } as const;
    const picture = join(cwd, 'mine.png');
    writeFileSync(picture, encodePng(new Uint8Array(40 * 24 * 3).fill(130), shape));
    const own = spawnSync(command, [...args, picture], { cwd, encoding: 'utf8' });
    const { label } = JSON.parse(own.stdout) as { label: string };
    expect(['X', 'O (円) ○', 'two lines']).toContain(label);

    // A wrong expectation is found: the check can fail.
    const place = join(cwd, '..', '..', 'golden', 'golden.json');
    const wrong = JSON.parse(readFileSync(place, 'utf8')) as { pictures: { logits: number[] }[] };
    wrong.pictures[0]?.logits.reverse();
    writeFileSync(place, JSON.stringify(wrong));
    expect(spawnSync(command, args, { cwd }).status).toBe(1);
  }

  test.each(['grey', 'colour'] as const)('Node, %s', async (which) => {
    const project = which === 'grey' ? grey : colour;
    const folder = await unpack(project, (await exported(project)).path);
    const cwd = join(folder, 'example', 'node');
    symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'), 'junction');
    check(process.execPath, ['predict.mjs'], cwd);
  });

  // The example is for people who have Python with these packages; the project needs neither.
  const python = process.env['TESSERA_PYTHON'] ?? 'python3';
  const hasRuntime =
    spawnSync(python, ['-c', 'import numpy, onnxruntime, PIL'], { encoding: 'utf8' }).status === 0;
  test.skipIf(!hasRuntime).each(['grey', 'colour'] as const)('Python, %s', async (which) => {
    const project = which === 'grey' ? grey : colour;
    const folder = await unpack(project, (await exported(project)).path);
    check(python, ['predict.py'], join(folder, 'example', 'python'));
  });
});

describe('a bundle is asked like the model in it', () => {
  test('about pictures', async () => {
    const picture = join(grey.folder(), 'a.png');
    writeFileSync(
      picture,
      encodePng(grey.pixels[0] ?? new Uint8Array(), { width: size, height: size, channels: 1 }),
    );
    const { projectId, runId } = grey;
    const [ours] = await grey.client.predictions.predict({
      projectId,
      runId,
      pictures: { paths: [picture] },
    });
    const [theirs] = await grey.client.predictions.predictWithFile({ model: written.path, paths: [picture] });
    expect(theirs?.label).toBe(ours?.label);
    expect(theirs?.confidence).toBeCloseTo(ours?.confidence ?? 0, 4);
  });

  test('a zip that is none is refused with its name', async () => {
    const path = join(grey.folder(), 'else.zip');
    copyFileSync(written.path, path);
    writeFileSync(path, Buffer.from(readFileSync(path)).subarray(0, 2000));
    const asking = grey.client.predictions.predictWithFile({ model: path, paths: [path] });
    await expect(asking).rejects.toThrow(/else\.zip is not a well-formed zip file/);
  });

  test('whatever bytes are changed, it is read as it was or refused in a sentence', async () => {
    const bytes = readFileSync(written.path);
    const onnx = await Bundle.open(written.path).then(async (bundle) => {
      await using open = bundle;
      return await open.read('model.onnx');
    });
    const folder = grey.folder();
    const seconds = Number(process.env['TESSERA_FUZZ_SECONDS'] ?? 0);
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.option(fc.nat(bytes.length)),
        async (changes, length) => {
          runs++;
          const path = join(folder, 'mutated.zip');
          const mutated = Buffer.from(bytes);
          for (const [place, value] of changes) mutated[place] = value;
          writeFileSync(path, length === null ? mutated : mutated.subarray(0, length));
          try {
            await using bundle = await Bundle.open(path);
            // What is read is checked by its sum: it is the file that was written, or nothing.
            expect(Buffer.compare(await bundle.read('model.onnx'), onnx)).toBe(0);
          } catch (error) {
            if (!(error instanceof TesseraError)) throw error;
            expect(['fileMalformed', 'fileUnreadable', 'archiveUnsafe']).toContain(error.code);
          }
        },
      ),
      seconds > 0 ? { numRuns: 1e9, interruptAfterTimeLimit: 1000 * seconds } : { numRuns: 300 },
    );
    if (seconds > 0) process.stdout.write(`  bundle: ${runs} mutations in ${seconds} s\n`);
  }, 1_000_000);
});
