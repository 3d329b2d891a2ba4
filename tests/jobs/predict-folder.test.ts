import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TesseraError, type AnswersFormat, type Job } from '../../app/contract/index.ts';
import { encodePng } from '../../app/formats/images/plain-png.ts';
import { runPredictFolder } from '../../app/jobs/tasks/predict-folder.ts';
import { there } from '../formats/onnx/models.ts';
import { codeOf } from '../services/harness.ts';
import { classNames, size, TrainedProject } from './export/trained-project.ts';

const unfinishedOf = (out: string): string => out.replace(/([^/\\]+)$/, '.$1.unfinished');

let project: TrainedProject;
let onnx = '';
let bundle = '';
let folder = '';
beforeAll(async () => {
  project = await TrainedProject.train(3);
  const exports = project.folder();
  onnx = join(exports, 'model.onnx');
  bundle = join(exports, 'model.zip');
  await project.export('onnx', onnx);
  await project.export('bundle', bundle);
});
afterAll(() => project[Symbol.asyncDispose]());

beforeEach(() => {
  folder = join(project.folder(), 'pictures');
  mkdirSync(join(folder, 'more, of them'), { recursive: true });
  for (let at = 0; at < 70; at += 1) writeFileSync(join(folder, nameOf(at)), png(at));
  writeFileSync(join(folder, 'broken.png'), 'no picture');
  writeFileSync(join(folder, 'notes.txt'), 'no picture');
});

/** Some lie in a folder of their own. */
const nameOf = (at: number): string => (at % 7 === 0 ? `more, of them/-${at}.png` : `${at}.png`);
const png = (at: number): Buffer =>
  Buffer.from(encodePng(there(project.pixels[at]), { width: size, height: size, channels: 3 }));
const run = () => ({ projectId: project.projectId, runId: project.runId });

async function predict(
  format: AnswersFormat,
  out: string,
  more: { model?: { model: string }; threshold?: number } = {},
): Promise<Job> {
  const { model = run(), ...rest } = more;
  const { jobId } = await project.client.predictions.startFolder({
    ...model,
    source: { paths: [folder] },
    format,
    out,
    ...rest,
  });
  return project.settled(jobId);
}

const resultOf = ({ result, error }: Job) => {
  if (result?.kind !== 'predictFolder') throw new Error(error?.message ?? 'no result');
  return result;
};

const tableOf = (path: string) =>
  parse(readFileSync(path), { columns: true }) as (Record<string, string> & { file: string })[];

/** Every file below, relative. */
const filesIn = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(path.length + 1))
    .sort();

describe('a folder', () => {
  test('is answered by a run, its ONNX file and its bundle alike, in each format', async () => {
    const out = project.folder();
    const file = (name: string): string => join(out, name);
    expect(resultOf(await predict('csv', file('run.csv')))).toMatchObject({
      images: 70,
      unsure: 0,
      unreadable: 1,
      problems: [
        { path: 'broken.png', reason: expect.stringContaining('broken.png is not a picture') as string },
      ],
    });
    await predict('csv', file('onnx.csv'), { model: { model: onnx } });
    await predict('json', file('bundle.json'), { model: { model: bundle } });
    await predict('jsonl', file('run.jsonl'));
    const table = tableOf(file('run.csv'));
    expect(table.length).toBe(71);
    expect(table.filter(({ problem }) => problem !== '').map((row) => row.file)).toEqual(['broken.png']);
    const fromOnnx = tableOf(file('onnx.csv'));
    const fromBundle = JSON.parse(readFileSync(file('bundle.json'), 'utf8')) as Record<string, unknown>[];
    const lines = readFileSync(file('run.jsonl'), 'utf8').trimEnd().split('\n');
    for (const [at, row] of table.entries()) {
      expect(fromOnnx[at]).toMatchObject({ file: row.file, label: row['label'] });
      const line = JSON.parse(there(lines[at])) as {
        file: string;
        label?: string;
        scores?: Record<string, number>;
      };
      const label = row['label'] === '' ? undefined : row['label'];
      const name = row.file.replace(/^\.\//, '');
      expect([line.file, line.label]).toEqual([name, label]);
      expect([fromBundle[at]?.['file'], fromBundle[at]?.['label']]).toEqual([name, label]);
      if (line.scores) {
        for (const each of classNames) expect(line.scores[each]).toBeCloseTo(Number(row[each]), 6);
      }
    }
    expect(readdirSync(out).sort()).toEqual(['bundle.json', 'onnx.csv', 'run.csv', 'run.jsonl']);
  });

  test('becomes copies sorted by class, and apart what the model is not sure about', async () => {
    const out = join(project.folder(), 'sorted');
    const result = resultOf(await predict('folders', out, { threshold: 0.9 }));
    const table = tableOf(join(out, 'predictions.csv'));
    expect(result).toMatchObject({ images: 70, path: out, url: null });
    expect(result.unsure).toBe(table.filter(({ label, problem }) => label === '' && problem === '').length);
    expect(result.unsure).toBeGreaterThan(0);
    const copied = table.filter(({ copy }) => copy !== '');
    expect(copied.length).toBe(70);
    expect(filesIn(out)).toEqual([...copied.map(({ copy }) => join(there(copy))), 'predictions.csv'].sort());
    for (const { file, copy, label, confidence } of copied) {
      expect(readFileSync(join(out, there(copy)))).toEqual(readFileSync(join(folder, file)));
      expect(label === '').toBe(Number(confidence) < 0.9);
      if (label === '') expect(copy).toMatch(/^unsure\//);
      else expect(copy).not.toMatch(/^unsure\//);
    }
  });

  test('is refused where other files lie, or a folder bears the name of the table', async () => {
    const out = project.folder();
    writeFileSync(join(out, 'mine.txt'), '');
    expect((await predict('folders', out)).error?.code).toBe('folderTaken');
    expect((await predict('csv', out)).error?.code).toBe('fileNotWritten');
    expect((await predict('folders', project.path)).error?.code).toBe('folderTaken');
    expect(readdirSync(out)).toEqual(['mine.txt']);
  });

  test('without a destination needs a project for its answers', async () => {
    const { predictions } = project.client;
    const source = { paths: [folder] };
    expect(await codeOf(predictions.startFolder({ model: onnx, source, format: 'csv' }))).toBe(
      'invalidInput',
    );
    const { jobId } = await predictions.startFolder({ ...run(), source, format: 'csv' });
    const { path } = resultOf(await project.settled(jobId));
    expect(path).toMatch(/exports.pictures - [\w-]+\.csv$/);
    const again = await predictions.startFolder({ ...run(), source, format: 'csv' });
    expect(resultOf(await project.settled(again.jobId)).path).toBe(path.replace('.csv', ' (2).csv'));
  });
});

describe('interrupted', () => {
  /** Stops after the first batch, wherever that is. */
  async function interrupt(format: AnswersFormat, out: string): Promise<number> {
    const stop = new AbortController();
    let answered = 0;
    const task: Parameters<typeof runPredictFolder>[0] = {
      kind: 'predictFolder',
      model: { projectPath: project.path, runId: project.runId },
      paths: [folder],
      format,
      threshold: 0.9,
      out,
    };
    const running = runPredictFolder(task, {
      signal: stop.signal,
      progress(done) {
        answered = done;
        if (done > 0) stop.abort(new TesseraError('cancelled'));
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    return answered;
  }

  const journal = (out: string): string => readFileSync(join(unfinishedOf(out), 'answers.jsonl'), 'utf8');

  test.each(['csv', 'folders'] as const)(
    'as %s it goes on, whatever was torn, and asks about nothing twice',
    async (format) => {
      const whole = join(project.folder(), 'whole');
      await predict(format, whole, { threshold: 0.9 });
      const out = join(project.folder(), 'out');
      const answered = await interrupt(format, out);
      expect(answered).toBeGreaterThan(0);
      expect(answered).toBeLessThan(71);
      expect(readdirSync(join(out, '..'))).toEqual(['.out.unfinished']);
      const before = journal(out).trimEnd().split('\n');
      expect(before.length).toBe(answered);
      // Half a line, and a copy that no line tells of.
      const torn = join(unfinishedOf(out), 'answers.jsonl');
      writeFileSync(torn, `${journal(out)}${there(before[0]).slice(0, 40)}`);
      if (format === 'folders') {
        mkdirSync(join(unfinishedOf(out), 'sorted', 'X'), { recursive: true });
        writeFileSync(join(unfinishedOf(out), 'sorted', 'X', 'stray.png'), 'half');
        writeFileSync(join(unfinishedOf(out), 'sorted', 'X', '.5.png.0123456789ab.tmp'), 'half');
      }
      // What was answered before is believed, not asked again: a wrong answer stays.
      const marked = JSON.parse(there(before[0])) as { scores?: number[]; file: string };
      marked.scores = marked.scores?.map(() => 0.25) ?? [];
      writeFileSync(torn, `\n${JSON.stringify(marked)}\n`, { flag: 'a' });
      const result = resultOf(await predict(format, out, { threshold: 0.9 }));
      expect(result).toMatchObject({ images: 70, unreadable: 1 });
      expect(readdirSync(join(out, '..'))).toEqual(['out']);
      const place = format === 'folders' ? 'predictions.csv' : '';
      const [rows, expected] = [tableOf(join(out, place)), tableOf(join(whole, place))];
      expect(rows.map(({ file }) => file)).toEqual(expected.map(({ file }) => file));
      for (const [at, row] of rows.entries()) {
        if (row.file === marked.file) expect(row['X']).toBe('0.250000');
        else expect(row).toEqual(expected[at]);
      }
      if (format === 'folders') expect(filesIn(out)).toEqual(filesIn(whole));
    },
  );

  test('pictures that changed, came or went meanwhile are as they are now', async () => {
    const out = join(project.folder(), 'out');
    await interrupt('folders', out);
    const [first = '', second = ''] = journal(out)
      .split('\n')
      .slice(0, 2)
      .map((line) => (JSON.parse(line) as { file: string }).file);
    writeFileSync(join(folder, first), png(3));
    utimesSync(join(folder, first), 1, 1);
    rmSync(join(folder, second));
    writeFileSync(join(folder, 'new.png'), png(5));
    expect(resultOf(await predict('folders', out, { threshold: 0.9 }))).toMatchObject({ images: 70 });
    const rows = tableOf(join(out, 'predictions.csv'));
    expect(rows.some(({ file }) => file === 'new.png')).toBe(true);
    expect(rows.some(({ file }) => file === second)).toBe(false);
    const changed = there(rows.find(({ file }) => file === first));
    expect(readFileSync(join(out, there(changed['copy'])))).toEqual(png(3));
    expect(filesIn(out).length).toBe(71);
  });

  test('with another threshold it begins anew', async () => {
    const out = join(project.folder(), 'out');
    await interrupt('csv', out);
    const before = journal(out).split('\n')[0] ?? '';
    const { file } = JSON.parse(before) as { file: string };
    const path = join(unfinishedOf(out), 'answers.jsonl');
    writeFileSync(path, before.replace(/"scores":\[[^\]]*\]/, '"scores":[0.25,0.25,0.25]') + '\n');
    await predict('csv', out, { threshold: 0.2 });
    expect(tableOf(out).find((row) => row.file === file)?.['X']).not.toBe('0.250000');
  });

  test('killed after the copies took their name, it only cleans up', async () => {
    const out = join(project.folder(), 'out');
    await interrupt('folders', out);
    const kept = journal(out);
    const plan = readFileSync(join(unfinishedOf(out), 'plan'));
    const whole = resultOf(await predict('folders', out, { threshold: 0.9 }));
    const hidden = unfinishedOf(out);
    mkdirSync(hidden);
    writeFileSync(join(hidden, 'plan'), plan);
    writeFileSync(join(hidden, 'answers.jsonl'), kept);
    const before = filesIn(out);
    const again = resultOf(await predict('folders', out, { threshold: 0.9 }));
    expect(again.images).toBeLessThanOrEqual(whole.images);
    expect(filesIn(out)).toEqual(before);
    expect(readdirSync(join(out, '..'))).toEqual(['out']);
  });
});
