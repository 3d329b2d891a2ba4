/** Found pictures, looked at: what an import takes of each before anything is told to the project. */
import { hash } from 'node:crypto';
import { reasonOf } from '../../contract/index.ts';
import type { DecodedFile, KnownPictures, NewImage, PictureFile, SkippedFile } from '../../core/tasks.ts';
import type { FoundPicture } from '../../formats/found-picture.ts';
import { describePicture } from '../../formats/images/describe-picture.ts';
import { imageFile, isStored, thumbnailFile } from '../../storage/files.ts';
import type { NewFile } from '../../storage/many-files.ts';
import type { TaskContext } from './context.ts';
import { begun, inOrder } from './in-order.ts';

/** Pictures without a file of their own that are made side by side. */
const madeAhead = 16;

/** With the files that are still to be written for it. */
export type Taken = { image: NewImage; files: NewFile[] } | { skipped: SkippedFile };

/** Where pictures go. */
export interface Target {
  projectPath: string;
  inPlace: boolean;
}

/** In their order. Rejects only where the project cannot be written. */
export async function takeBatch(
  batch: readonly FoundPicture[],
  known: KnownShapes,
  { projectPath, inPlace }: Target,
  context: TaskContext,
): Promise<Taken[]> {
  const located = batch.flatMap((found) => found.file ?? []);
  const decoding =
    located.length === 0 ? null : begun(decodeNew(located, known, { projectPath, inPlace }, context));
  const made: Taken[] = [];
  const others = batch.filter(({ file }) => file === undefined);
  for await (const taken of inOrder(others, madeAhead, (found) => make(found, known, projectPath)))
    made.push(taken);
  const decoded = ((await decoding) ?? []).values();
  const makings = made.values();
  return batch.map((found) => {
    if (found.file === undefined) return makings.next().value as Taken;
    return takenFrom(found, decoded.next().value ?? notLookedAt, inPlace ? found.file.path : undefined);
  });
}

/** What pictures that the project has are like, by their hashes. */
type Shape = Pick<NewImage, 'width' | 'height' | 'channels'>;
export type KnownShapes = ReadonlyMap<string, Shape>;

export function shapesOf(known: KnownPictures | undefined): KnownShapes {
  const shapes = new Map<string, Shape>();
  for (let place = 0; known !== undefined && place < known.shapes.length / 3; place++) {
    const [width = 0, height = 0, channels] = known.shapes.subarray(place * 3, place * 3 + 3);
    const shape = { width, height, channels: channels === 1 ? 1 : 3 } as const;
    shapes.set(known.hashes.slice(place * 64, (place + 1) * 64), shape);
  }
  return shapes;
}

type Decoded = Exclude<DecodedFile, { stored: true }>;

/**
 * Decodes what the project does not know. An original may lie there without a picture, because that was deleted or an import
 * was cut short: it is decoded like a new one.
 */
async function decodeNew(
  files: PictureFile[],
  known: KnownShapes,
  target: Target,
  { decode }: TaskContext,
): Promise<Decoded[]> {
  const first = await decode({ ...target, files, ...(known.size > 0 && { skipStored: true }) });
  const unknown = files.filter((_, place) => {
    const file = first[place];
    return file !== undefined && 'stored' in file && !known.has(file.hash);
  });
  const rest = (unknown.length === 0 ? [] : await decode({ ...target, files: unknown })).values();
  return first.map((file): Decoded => {
    if (!('stored' in file)) return file;
    const shape = known.get(file.hash);
    if (shape !== undefined) return { hash: file.hash, bytes: file.bytes, ...shape };
    const again = rest.next().value;
    return again === undefined || 'stored' in again ? notLookedAt : again;
  });
}

const notLookedAt = { reason: 'it was not looked at' };

function takenFrom(found: FoundPicture, decoded: Decoded, reference?: string): Taken {
  if ('reason' in decoded) return { skipped: { path: found.path, reason: decoded.reason } };
  const image = { ...decoded, ...saidOf(found), ...(reference !== undefined && { reference }) };
  return { image, files: [] };
}

/** What the source says of a picture. */
const saidOf = ({ name, className, split, marks }: FoundPicture) => ({
  name,
  className,
  split,
  ...(marks && { marks }),
});

/** Reads and looks at one picture that no file holds by itself. Never rejects: what went wrong is in what it gives. */
async function make(found: FoundPicture, known: KnownShapes, projectPath: string): Promise<Taken> {
  try {
    const bytes = await found.read();
    const id = hash('sha256', bytes);
    const shape = known.get(id);
    if (shape !== undefined && (await isStored(projectPath, id, bytes.length))) {
      return takenFrom(found, { hash: id, bytes: bytes.length, ...shape });
    }
    const { width, height, channels, measures, thumbnail } = await describePicture(bytes, found.path);
    const files = [{ path: imageFile(projectPath, id), data: bytes }];
    if (thumbnail !== null) files.push({ path: thumbnailFile(projectPath, id), data: thumbnail });
    const image = {
      hash: id,
      ...saidOf(found),
      width,
      height,
      channels,
      bytes: bytes.length,
      measures,
    };
    return { image, files };
  } catch (error) {
    return { skipped: { path: found.path, reason: reasonOf(error) } };
  }
}
