/** Pictures of a project that nobody has measured yet, as those of an older Tessera. */
import { rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runMeasure } from '../../app/jobs/tasks/measure.ts';
import { databaseFile, imageFile } from '../../app/storage/files.ts';
import { photo } from '../formats/images/pictures.ts';
import { png, TempFolder } from '../formats/layouts/sources.ts';
import { ImportingProject } from './import/importing-project.ts';
import { RecordingContext } from './recording-context.ts';

let project: ImportingProject;
beforeAll(async () => {
  project = await ImportingProject.create();
});
beforeEach(() => project.renew());
afterAll(() => project[Symbol.asyncDispose]());

/** The same photograph, more or less well kept. */
const dated = (quality: number): Promise<Buffer> =>
  photo(300, 200)
    .withExif({ IFD2: { DateTimeOriginal: '2026:11:25 14:30:59' } })
    .jpeg({ quality })
    .toBuffer();

interface Row {
  id: number;
  hash: string;
  brightness: number | null;
}

/** The pictures as the database has them; the project is closed. */
function rows(): (Row & { [column: string]: unknown })[] {
  const database = new DatabaseSync(databaseFile(project.path));
  const found = database
    .prepare(
      `SELECT images.id, hash, brightness, sharpness, taken_at, twins, value AS fingerprint
       FROM images LEFT JOIN fingerprints ON image_id = images.id ORDER BY images.id`,
    )
    .all() as unknown as Row[];
  database.close();
  return found.map((row) => ({ ...row }));
}

/** As a Tessera that measured nothing has left it. */
function forgetMeasures(): void {
  const database = new DatabaseSync(databaseFile(project.path));
  database.exec(`
    UPDATE images SET brightness = NULL, sharpness = NULL, taken_at = NULL, twins = NULL;
    DELETE FROM fingerprints;
  `);
  database.close();
}

const close = () => project.client.projects.close({ projectId: project.projectId });
const open = () => project.client.projects.open({ path: project.path });
const startMeasuring = async () =>
  (await project.client.dataset.startMeasuring({ projectId: project.projectId })).jobId;

async function filled(folder: TempFolder): Promise<void> {
  folder.put({ 'a/1.jpg': await dated(90), 'a/2.jpg': await dated(70), 'b/3.png': png(3) });
  await project.import([folder.path]);
  await close();
}

describe('measuring what an older Tessera has imported', () => {
  test('finds what an import would have found, once', async () => {
    using folder = new TempFolder();
    await filled(folder);
    const imported = rows();
    expect(imported.filter(({ brightness }) => brightness === null)).toEqual([]);
    expect(imported.filter(({ twins }) => twins !== null)).toHaveLength(2);
    forgetMeasures();
    await open();
    const job = await project.settled((await startMeasuring()) ?? '');
    expect(job).toMatchObject({ status: 'done', result: { kind: 'measure', images: 3 } });
    expect(await startMeasuring()).toBeNull();
    await close();
    expect(rows()).toEqual(imported);
  });

  test('passes over what cannot be read any more, and measures the rest', async () => {
    using folder = new TempFolder();
    await filled(folder);
    forgetMeasures();
    const [first, second] = rows().map(({ hash }) => imageFile(project.path, hash));
    rmSync(first ?? '');
    writeFileSync(second ?? '', 'not a picture any more');
    await open();
    const job = await project.settled((await startMeasuring()) ?? '');
    expect(job).toMatchObject({ status: 'done', result: { images: 1 } });
    await close();
    expect(rows().map(({ brightness }) => brightness !== null)).toEqual([false, false, true]);
  });

  test('reads pictures that stay where they are', async () => {
    using folder = new TempFolder();
    folder.put({ 'a/1.jpg': await dated(90) });
    await project.import([folder.path], { inPlace: true });
    await close();
    forgetMeasures();
    await open();
    expect(await project.settled((await startMeasuring()) ?? '')).toMatchObject({ result: { images: 1 } });
  });

  test('is told in portions, and what was told before it was cancelled stays', async () => {
    using folder = new TempFolder();
    const pictures = Array.from({ length: 1500 }, (_, number) => ({
      imageId: number,
      hash: number.toString(16).padStart(64, '0'),
    }));
    for (const { imageId, hash } of pictures)
      folder.put({ [`images/${hash.slice(0, 2)}/${hash}`]: png(imageId) });
    const task = { kind: 'measure', projectPath: folder.path, pictures } as const;
    const all = new RecordingContext();
    expect(await runMeasure({ ...task, pictures }, all)).toEqual({ images: 1500 });
    expect(all.measurements.map(({ imageId }) => imageId)).toEqual(pictures.map(({ imageId }) => imageId));
    expect(all.reports.at(-1)).toMatchObject({ total: 1500 });

    const reason = new Error('enough');
    const stopped = new RecordingContext();
    const portions: number[] = [];
    const context = {
      signal: stopped.signal,
      progress: stopped.progress,
      measured: (measured: readonly unknown[]) => {
        portions.push(measured.length);
        if (portions.length === 2) stopped.cancel(reason);
      },
    };
    await expect(runMeasure({ ...task, pictures }, context)).rejects.toBe(reason);
    expect(portions).toEqual([512, 512]);
  });
});
