import { reasonOf } from '../../contract/index.ts';
import type { SkippedFile, Task, TaskResults } from '../../core/tasks.ts';
import { batchesOf } from '../../core/training/batches.ts';
import { imageFile, isStored, requireProject } from '../../storage/files.ts';
import { writeManyAtomic } from '../../storage/many-files.ts';
import { readOriginal } from '../originals.ts';
import { orNotWritable } from '../own-file.ts';
import type { TaskContext } from './context.ts';
import { picturesDone } from './progress-detail.ts';

/** Originals that are in memory at the same time. */
const atOnce = 32;

/**
 * Copies the pictures that the project only refers to into `images/`. One whose file is gone or changed stays a reference and
 * is named with the reason. What was copied before this is cancelled stays, and is read from there. Throws
 * `projectNotWritable`.
 */
export async function runBringIn(
  { projectPath, references = {} }: Extract<Task, { kind: 'bringIn' }>,
  { signal, progress }: Pick<TaskContext, 'signal' | 'progress'>,
): Promise<TaskResults['bringIn']> {
  const wanted = Object.entries(references);
  const hashes: string[] = [];
  const skipped: SkippedFile[] = [];
  let bytes = 0;
  for (const places of batchesOf([...wanted.keys()], atOnce)) {
    signal.throwIfAborted();
    const batch = places.flatMap((place) => (wanted[place] ? [wanted[place]] : []));
    const read = await Promise.all(
      batch.map(async ([hash, file]) => {
        if (await isStored(projectPath, hash, file.bytes)) return { hash, data: null };
        return readOriginal({ projectPath, references }, hash).then(
          (original) => ({ hash, data: original.bytes }),
          (error: unknown) => ({ path: file.path, reason: reasonOf(error) }),
        );
      }),
    );
    const files = read.flatMap((each) =>
      'data' in each && each.data !== null
        ? [{ path: imageFile(projectPath, each.hash), data: each.data }]
        : [],
    );
    await requireProject(projectPath);
    await orNotWritable(projectPath, writeManyAtomic(files));
    for (const each of read) {
      if ('reason' in each) skipped.push(each);
      else hashes.push(each.hash);
    }
    bytes += files.reduce((sum, { data }) => sum + data.length, 0);
    const done = hashes.length + skipped.length;
    progress(done, wanted.length, picturesDone(done, wanted.length));
  }
  return { hashes, bytes, skipped };
}
