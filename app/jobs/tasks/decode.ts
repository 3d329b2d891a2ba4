import { hash } from 'node:crypto';
import { reasonOf } from '../../contract/index.ts';
import type { DecodedFile, DecodeRequest, PictureFile, Task, TaskResults } from '../../core/tasks.ts';
import { describeMany } from '../../formats/images/describe-many.ts';
import { LocatedFiles } from '../../formats/layouts/located-file.ts';
import { imageFile, isStored, requireProject, thumbnailFile } from '../../storage/files.ts';
import { writeMany, type NewFile } from '../../storage/many-files.ts';
import { orNotWritable } from '../own-file.ts';
import type { TaskContext } from './context.ts';
import { inOrder } from './in-order.ts';

/** Files read at the same time. */
const readAhead = 8;
/** A group is decoded and written as one when it has so many files, or so many bytes. */
const groupFiles = 32;
const groupBytes = 8 * 2 ** 20;
/** Groups under way at the same time: while one waits for the disk another one is decoded. */
const groupsAhead = 2;

/** What is reported of a file, by its place in the request. */
type Placed = readonly [place: number, file: DecodedFile];

type Wishes = Omit<DecodeRequest, 'files'>;

interface ReadFile {
  place: number;
  file: PictureFile;
  /** Or why there are none. */
  bytes: Uint8Array | { reason: string };
}

/**
 * Reads, decodes and stores picture files: the original under the hash of its bytes, unless that stays in its place, and its
 * thumbnail. Each is reported when its bytes are on the disk; that their names are there too sees to who puts them into a
 * project, once for many (`syncNames`). A file that cannot be read is reported with the reason. Throws `projectNotWritable`.
 */
export async function runDecode(
  { files, ...wishes }: Extract<Task, { kind: 'decode' }>,
  context: Pick<TaskContext, 'signal' | 'decoded'>,
): Promise<TaskResults['decode']> {
  await using located = new LocatedFiles();
  const read = inOrder(files.entries(), readAhead, (entry) => readFile(located, ...entry));
  const groups = inOrder(groupsOf(read, context.signal), groupsAhead, (group) => store(group, wishes));
  for await (const done of groups) context.decoded(await done());
  return { files: files.length };
}

async function readFile(located: LocatedFiles, place: number, file: PictureFile): Promise<ReadFile> {
  try {
    return { place, file, bytes: await located.read(file) };
  } catch (error) {
    return { place, file, bytes: { reason: reasonOf(error) } };
  }
}

async function* groupsOf(files: AsyncIterable<ReadFile>, signal: AbortSignal): AsyncGenerator<ReadFile[]> {
  let group: ReadFile[] = [];
  let bytes = 0;
  for await (const file of files) {
    signal.throwIfAborted();
    group.push(file);
    if (file.bytes instanceof Uint8Array) bytes += file.bytes.length;
    if (group.length < groupFiles && bytes < groupBytes) continue;
    yield group;
    group = [];
    bytes = 0;
  }
  if (group.length > 0) yield group;
}

/** What became of the files; asked for it throws `projectNotWritable` where the disk refused them. */
async function store(group: readonly ReadFile[], wishes: Wishes): Promise<() => Placed[]> {
  try {
    const done = await stored(group, wishes);
    return () => done;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

async function stored(
  group: readonly ReadFile[],
  { projectPath, skipStored = false, inPlace = false }: Wishes,
): Promise<Placed[]> {
  const results = new Map<number, DecodedFile>();
  const readable: { place: number; name: string; bytes: Uint8Array; id: string }[] = [];
  for (const { place, file, bytes } of group) {
    if (!(bytes instanceof Uint8Array)) continue;
    const id = hash('sha256', bytes);
    const isThere = skipStored && (await isStored(projectPath, id, bytes.length));
    if (isThere) results.set(place, { hash: id, bytes: bytes.length, stored: true });
    else readable.push({ place, name: file.path, bytes, id });
  }
  const described = await describeMany(readable);
  const toWrite: NewFile[] = [];
  readable.forEach(({ place, bytes, id }, index) => {
    const found = described[index] ?? { reason: 'it was not looked at' };
    if ('reason' in found) {
      results.set(place, found);
      return;
    }
    const { width, height, channels, measures, thumbnail } = found;
    if (!inPlace) toWrite.push({ path: imageFile(projectPath, id), data: bytes });
    if (thumbnail !== null) toWrite.push({ path: thumbnailFile(projectPath, id), data: thumbnail });
    results.set(place, { hash: id, width, height, channels, bytes: bytes.length, measures });
  });
  await requireProject(projectPath);
  await orNotWritable(projectPath, writeMany(toWrite));
  return group.map(({ place, bytes }) => [
    place,
    bytes instanceof Uint8Array ? (results.get(place) as DecodedFile) : bytes,
  ]);
}
