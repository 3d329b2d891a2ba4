/**
 * CIFAR-10 and CIFAR-100, binary version: one or two bytes of labels, then a plane of 32×32 bytes each of red, green and
 * blue (A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009).
 */
import { TesseraError, type Split } from '../../contract/index.ts';
import type { SkippedFile } from '../../core/tasks.ts';
import type { FoundPicture } from '../found-picture.ts';
import { encodePng } from '../images/plain-png.ts';
import { classNameOf } from './class-names.ts';
import { classesFirst } from './classes-first.ts';
import { baseName, isSideFile } from './file-kinds.ts';
import type { FoundPictures } from './found-pictures.ts';
import { fixedRecords } from './records.ts';
import type { SourceFile } from './source-file.ts';
import { splitOf } from './split-names.ts';

const side = 32;
const plane = side * side;
const pixelBytes = 3 * plane;

/** The two sets: how many labels stand before the pixels (the last one counts), and where the names are. */
const kinds = [
  { labelBytes: 1, classes: 10, namesFile: 'batches.meta.txt' },
  { labelBytes: 2, classes: 100, namesFile: 'fine_label_names.txt' },
] as const;
type Kind = (typeof kinds)[number];

/** What the distributed files are called. */
export const isCifarName = (name: string): boolean =>
  /^(data_batch_\d+|test_batch|train|test)\.bin$/i.test(baseName(name));

interface Batch {
  file: SourceFile;
  records: number;
  split: Split | null;
}

/**
 * Throws `fileMalformed` where a file is no whole number of pictures or a label has no name. Null when no file is
 * called as CIFAR's are.
 */
export async function findInCifar(files: readonly SourceFile[]): Promise<FoundPictures | null> {
  const named = files.filter(({ name }) => isCifarName(name));
  if (named.length === 0) return null;
  const sized = await Promise.all(named.map(async (file) => ({ file, size: await file.size() })));
  const kind = kindOf(sized, files);
  const batches = sized.map(({ file, size }) => ({
    file,
    records: size / (kind.labelBytes + pixelBytes),
    split: splitOf(/^[a-z]*/i.exec(baseName(file.name).replace(/^data_batch/i, 'train'))?.[0] ?? ''),
  }));
  const names = await readNames(files, kind);
  return {
    layout: 'cifar',
    total: batches.reduce((total, { records }) => total + records, 0),
    skipped: passedOver(files),
    pictures: () => picturesOf(batches, kind, names),
  };
}

/** The set that all of the files fit; both fit some sizes, then the list of names decides. */
function kindOf(sized: readonly { file: SourceFile; size: number }[], files: readonly SourceFile[]): Kind {
  const fitting = kinds.filter(({ labelBytes }) =>
    sized.every(({ size }) => size > 0 && size % (labelBytes + pixelBytes) === 0),
  );
  const named = fitting.find(({ namesFile }) => files.some(({ name }) => baseName(name) === namesFile));
  const kind = named ?? fitting[0];
  if (kind !== undefined) return kind;
  const misfit = sized.find(({ size }) => kinds.every(({ labelBytes }) => size % (labelBytes + pixelBytes)));
  const [{ file, size }] = [misfit ?? sized[0]] as [{ file: SourceFile; size: number }];
  return refuse(file, `${size} bytes are not a whole number of CIFAR-10 or CIFAR-100 pictures`);
}

/** Null where the set came without its names: then its numbers are the names. */
async function readNames(files: readonly SourceFile[], { namesFile }: Kind): Promise<string[] | null> {
  const file = files.find(({ name }) => baseName(name) === namesFile);
  if (file === undefined) return null;
  const lines = new TextDecoder().decode(await file.read()).split(/\r?\n/);
  return lines.map(classNameOf).filter((name) => name !== null);
}

const passedOver = (files: readonly SourceFile[]): SkippedFile[] =>
  files
    .filter(({ name }) => !isCifarName(name) && !/\.(txt|html)$/i.test(name) && !isSideFile(name))
    .map(({ path }) => ({ path, reason: 'it is not one of the files of CIFAR' }));

interface Item {
  batch: Batch;
  index: number;
  label: number;
  record: Uint8Array;
}

async function* picturesOf(
  batches: readonly Batch[],
  { labelBytes, classes }: Kind,
  names: readonly string[] | null,
): AsyncIterable<FoundPicture> {
  const known = names?.length ?? classes;
  async function* items(): AsyncIterable<Item> {
    for (const batch of batches) {
      let index = 0;
      for await (const record of fixedRecords(batch.file.stream(), labelBytes + pixelBytes)) {
        const label = record[labelBytes - 1] ?? 0;
        if (label >= known) refuse(batch.file, `picture ${index} has label ${label} of ${known} classes`);
        yield { batch, index: index++, label, record };
      }
    }
  }
  for await (const item of classesFirst(items, known, ({ label }) => label)) {
    yield toPicture(item, labelBytes, names?.[item.label] ?? String(item.label));
  }
}

function toPicture({ batch, index, record }: Item, labelBytes: number, className: string): FoundPicture {
  const { file, records, split } = batch;
  const number = String(index).padStart(String(records - 1).length, '0');
  return {
    name: `${file.name.replace(/\.bin$/i, '')}/${number}.png`,
    path: `${file.path}, picture ${index}`,
    className,
    split,
    read: async () =>
      encodePng(interleaved(record.subarray(labelBytes)), { width: side, height: side, channels: 3 }),
  };
}

/** [C, H, W] → [H, W, C] */
function interleaved(planes: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(pixelBytes);
  for (let place = 0; place < plane; place++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[3 * place + channel] = planes[channel * plane + place] ?? 0;
    }
  }
  return pixels;
}

function refuse({ path }: SourceFile, reason: string): never {
  throw new TesseraError('fileMalformed', { path, format: 'CIFAR', reason });
}
