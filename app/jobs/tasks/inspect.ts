import { reasonOf, type ImportPreview } from '../../contract/index.ts';
import type { SkippedFile, Task, TaskResults } from '../../core/tasks.ts';
import type { FoundPicture } from '../../formats/found-picture.ts';
import { toThumbnail } from '../../formats/images/describe-picture.ts';
import { findPictures } from '../../formats/layouts/find-pictures.ts';
import type { TaskContext } from './context.ts';

/** Pictures that are shown. */
const sampleCount = 12;
/** Problems that are listed; there can be as many as files, and nobody reads more. */
const listedProblems = 500;

/**
 * What an import would do, without decoding more than a few of the pictures: layout, counts, samples, and the files that
 * it would pass over. Throws what `findPictures` throws.
 */
export async function runInspect(
  { paths, layout, columns }: Extract<Task, { kind: 'inspect' }>,
  { signal }: TaskContext,
): Promise<TaskResults['inspect']> {
  await using found = await findPictures(paths, layout, { signal, ...(columns && { columns }) });
  const census = new Census();
  for await (const picture of found.pictures()) {
    signal.throwIfAborted();
    census.add(picture);
  }
  const { samples, problems } = await readSamples(census.candidates(), signal);
  return {
    layout: found.layout,
    columns: found.columns ?? null,
    images: found.total,
    classes: census.classes(),
    splits: census.splits,
    samples,
    problems: [...problems, ...found.skipped].slice(0, listedProblems),
  };
}

/** Counts pictures as they come by, and keeps some of each class. */
class Census {
  readonly splits: ImportPreview['splits'] = { train: 0, val: 0, test: 0, none: 0 };
  readonly #byClass = new Map<string | null, { count: number; first: FoundPicture[] }>();

  add(picture: FoundPicture): void {
    this.splits[picture.split ?? 'none']++;
    const known = this.#byClass.get(picture.className);
    const first: FoundPicture[] = known?.first ?? [];
    // No more than could be shown: a file of many pictures would be kept in memory whole.
    if (first.length < sampleCount && (known !== undefined || this.#byClass.size < sampleCount)) {
      first.push(picture);
    }
    this.#byClass.set(picture.className, { count: (known?.count ?? 0) + 1, first });
  }

  /** In order of appearance. */
  classes(): ImportPreview['classes'] {
    return [...this.#byClass].flatMap(([name, { count }]) => (name === null ? [] : [{ name, count }]));
  }

  /** The first of every class, then the second of every class, and so on. */
  candidates(): FoundPicture[] {
    const groups = [...this.#byClass.values()].map(({ first }) => first);
    return Array.from({ length: sampleCount }, (_, round) => groups.map((group) => group[round]))
      .flat()
      .filter((picture) => picture !== undefined);
  }
}

/** The first candidates that can be decoded. */
async function readSamples(
  candidates: readonly FoundPicture[],
  signal: AbortSignal,
): Promise<{ samples: ImportPreview['samples']; problems: SkippedFile[] }> {
  const samples: ImportPreview['samples'] = [];
  const problems: SkippedFile[] = [];
  for (const { name, path, className, read } of candidates) {
    signal.throwIfAborted();
    if (samples.length === sampleCount) break;
    try {
      const thumbnail = await toThumbnail(await read(), path);
      const dataUrl = `data:image/webp;base64,${Buffer.from(thumbnail).toString('base64')}`;
      samples.push({ name, className, dataUrl });
    } catch (error) {
      problems.push({ path, reason: reasonOf(error) });
    }
  }
  return { samples, problems };
}
