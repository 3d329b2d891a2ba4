import { hash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { reportError } from '../../contract/index.ts';
import type { PortablePicture } from '../../core/dataset/portable.ts';
import type { SkippedFile, Task, TaskResults } from '../../core/tasks.ts';
import { batchesOf } from '../../core/training/batches.ts';
import { pictureFormat } from '../../formats/images/picture-format.ts';
import { isPictureName } from '../../formats/layouts/file-kinds.ts';
import { filePaths } from '../../formats/picture-folders/file-paths.ts';
import {
  classesName,
  classesText,
  manifestName,
  manifestText,
} from '../../formats/picture-folders/manifest.ts';
import { publishFolder, writeFileAtomic } from '../../storage/files.ts';
import { writeManyAtomic } from '../../storage/many-files.ts';
import { readOriginal, type Originals } from '../originals.ts';
import { readIfThere } from '../own-file.ts';
import type { TaskContext } from './context.ts';
import { checkFreeFolder } from './free-folder.ts';
import { picturesDone } from './progress-detail.ts';
import { orExportFailed } from './write-failure.ts';

/** Originals that are in memory at the same time. */
const atOnce = 32;
/** Lies in an unfinished export and says of which data it is. */
const planName = '.export';

type DataExport = Extract<Task, { kind: 'exportData' }>;

/**
 * Writes every picture of a project as folders with a manifest. They grow in a folder beside `out`, which takes that name
 * when everything is on the disk: what bears it is whole. After a kill the same export goes on where it was; one that is
 * cancelled or fails leaves nothing. A picture whose original is gone or changed is left out with the reason. Throws
 * `folderTaken` and `exportFailed`.
 */
export async function runExportData(
  task: DataExport,
  { signal, progress }: Pick<TaskContext, 'signal' | 'progress'>,
): Promise<TaskResults['exportData']> {
  const { out, data } = task;
  await checkFreeFolder(out, task.projectPath);
  const growing = join(dirname(out), `.${basename(out)}.unfinished`);
  try {
    await orExportFailed(out, takeUp(growing, hash('sha256', JSON.stringify(data))));
    const named = await withEndings(task, data.pictures);
    const paths = filePaths(named);
    const kept = new Set<number>();
    const skipped: SkippedFile[] = [];
    let bytes = 0;
    for (const places of batchesOf([...named.keys()], atOnce)) {
      signal.throwIfAborted();
      const originals = await Promise.all(
        places.map((place) => readUnchanged(task, data.pictures[place] as PortablePicture)),
      );
      const files = originals.flatMap((original, index) => {
        const place = places[index] as number;
        if (!(original instanceof Uint8Array)) {
          skipped.push(original);
          return [];
        }
        kept.add(place);
        bytes += original.length;
        return [{ path: join(growing, ...(paths[place] as string).split('/')), data: original }];
      });
      await orExportFailed(out, writeManyAtomic(files));
      const done = kept.size + skipped.length;
      progress(done, named.length, picturesDone(done, named.length));
    }
    const isKept = (_: unknown, place: number): boolean => kept.has(place);
    const manifest = manifestText(data.pictures.filter(isKept), paths.filter(isKept));
    await orExportFailed(out, finish(growing, out, manifest, classesText(data.classes)));
    return { path: out, images: kept.size, bytes, skipped };
  } catch (error) {
    await rm(growing, { recursive: true, force: true });
    throw error;
  }
}

/** An export that was killed is taken up where it was, if it was of the very same data. */
async function takeUp(growing: string, plan: string): Promise<void> {
  const before = await readIfThere(join(growing, planName)).catch(() => null);
  if (before !== null && new TextDecoder().decode(before) === plan) return removeTemporary(growing);
  await rm(growing, { recursive: true, force: true });
  await writeFileAtomic(join(growing, planName), plan);
}

/** What a write that was killed has left. */
async function removeTemporary(growing: string): Promise<void> {
  const entries = await readdir(growing, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (/^\..*\.tmp$/.test(entry.name)) await rm(join(entry.parentPath, entry.name));
  }
}

async function finish(growing: string, out: string, manifest: string, classes: string): Promise<void> {
  await writeFileAtomic(join(growing, classesName), classes);
  await writeFileAtomic(join(growing, manifestName), manifest);
  await rm(join(growing, planName));
  await publishFolder(growing, out);
}

/** A name that does not tell a picture gets the ending of its format, or it would not be found again. */
async function withEndings(
  originals: Originals,
  pictures: readonly PortablePicture[],
): Promise<PortablePicture[]> {
  const named: PortablePicture[] = [];
  for (const picture of pictures) {
    const original = isPictureName(picture.name)
      ? null
      : await readOriginal(originals, picture.hash).catch(() => null);
    const name = original ? `${picture.name}.${endingOf(original.bytes, picture.name)}` : picture.name;
    named.push({ ...picture, name });
  }
  return named;
}

function endingOf(bytes: Uint8Array, name: string): string {
  try {
    const format = pictureFormat(bytes, name);
    return format === 'jpeg' ? 'jpg' : format;
  } catch {
    return 'png';
  }
}

async function readUnchanged(
  originals: Originals,
  { hash: wanted, name }: PortablePicture,
): Promise<Uint8Array | SkippedFile> {
  try {
    const { bytes } = await readOriginal(originals, wanted);
    return hash('sha256', bytes) === wanted ? bytes : { path: name, reason: 'its original was changed' };
  } catch (error) {
    const { code, message } = reportError(error);
    return { path: name, reason: code.startsWith('reference') ? message : 'its original is no longer there' };
  }
}
