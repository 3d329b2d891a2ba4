import type { Split } from '../../contract/index.ts';
import type { SkippedFile } from '../../core/tasks.ts';
import type { FoundPicture } from '../found-picture.ts';
import { encodePng } from '../images/plain-png.ts';
import { classesFirst } from './classes-first.ts';
import { fashionNames } from './fashion-mnist.ts';
import { baseName, isSideFile } from './file-kinds.ts';
import type { FoundPictures } from './found-pictures.ts';
import { idxRecords, readIdxHeader, readIdxLabels, refuseIdx, type IdxHeader } from './idx-file.ts';
import type { SourceFile } from './source-file.ts';
import { splitOfFile } from './split-names.ts';

/** A file of pictures and the labels that belong to it. */
interface IdxSet {
  pictures: IdxFile;
  labels: Uint8Array | null;
  split: Split | null;
}

interface IdxFile {
  file: SourceFile;
  header: IdxHeader;
  /** What its name says of the set that it belongs to: `train`, `t10k`, `emnist-letters-test`. */
  set: string;
  /** The same of its full path: two sets of one name may lie in different places. */
  key: string;
}

/**
 * IDX files: pictures and labels matched by their names, the split by the words in them. Throws `fileMalformed` where a
 * file is broken, or where pictures and labels do not number the same. Null when none of the files holds pictures.
 */
export async function findInIdx(files: readonly SourceFile[]): Promise<FoundPictures | null> {
  const { idxFiles, skipped } = await sortOut(files);
  const { pairs, left } = pair(idxFiles);
  if (pairs.length === 0) return null;
  const sets: IdxSet[] = [];
  for (const { pictures, labels } of pairs) {
    sets.push({
      pictures,
      labels: labels === null ? null : await labelsFor(pictures, labels),
      split: splitOfFile(pictures.set),
    });
  }
  // Sets to train with come first, whatever they are called.
  sets.sort((a, b) => Number(a.split !== 'train') - Number(b.split !== 'train'));
  return {
    layout: 'idx',
    total: sets.reduce((total, { pictures }) => total + pictures.header.count, 0),
    skipped: [...skipped, ...left],
    pictures: () => picturesOf(sets),
  };
}

async function sortOut(
  files: readonly SourceFile[],
): Promise<{ idxFiles: IdxFile[]; skipped: SkippedFile[] }> {
  const idxFiles: IdxFile[] = [];
  const skipped: SkippedFile[] = [];
  for (const file of files) {
    const header = await readIdxHeader(file);
    if (header === null) {
      if (!isSideFile(file.name)) skipped.push({ path: file.path, reason: 'it is not an IDX file' });
    } else if (header.holds === 'other') {
      skipped.push({ path: file.path, reason: 'it holds neither pictures nor labels of unsigned bytes' });
    } else {
      idxFiles.push({ file, header, set: setOf(file.name), key: setOf(file.path) });
    }
  }
  return { idxFiles, skipped };
}

/** `a/t10k-images-idx3-ubyte.gz` and `a/t10k-labels.idx1-ubyte` are both of `a/t10k`. */
function setOf(name: string): string {
  const parts = name.replace(/\.gz$/i, '').split('/').map(withoutRole);
  return parts.filter((part, place) => part !== '' && part !== parts[place - 1]).join('/');
}

const withoutRole = (part: string): string =>
  part
    .replace(/images?|labels?|idx[0-9]*|ubyte/gi, '-')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');

interface Pair {
  pictures: IdxFile;
  labels: IdxFile | null;
}

/** One file of pictures and one of labels belong together whatever they are called. */
function pair(files: readonly IdxFile[]): { pairs: Pair[]; left: SkippedFile[] } {
  const left: SkippedFile[] = [];
  const byKey = (holds: IdxHeader['holds']): Map<string, IdxFile> => {
    const found = new Map<string, IdxFile>();
    for (const each of files.filter(({ header }) => header.holds === holds)) {
      const first = found.get(each.key);
      if (first === undefined) found.set(each.key, each);
      else left.push({ path: each.file.path, reason: `${baseName(first.file.name)} is taken in its place` });
    }
    return found;
  };
  const pictures = byKey('pictures');
  const labels = byKey('labels');
  const [onlyPictures, onlyLabels] = [[...pictures.values()], [...labels.values()]];
  if (onlyPictures.length === 1 && onlyLabels.length === 1) {
    return { pairs: [{ pictures: onlyPictures[0] as IdxFile, labels: onlyLabels[0] as IdxFile }], left };
  }
  for (const [key, { file }] of labels) {
    if (!pictures.has(key)) left.push({ path: file.path, reason: 'there are no pictures for these labels' });
  }
  return {
    pairs: onlyPictures.map((each) => ({ pictures: each, labels: labels.get(each.key) ?? null })),
    left,
  };
}

async function labelsFor(pictures: IdxFile, { file, header }: IdxFile): Promise<Uint8Array> {
  if (header.count !== pictures.header.count) {
    const of = `${header.count} labels for the ${pictures.header.count} pictures of`;
    refuseIdx(file, `it holds ${of} ${baseName(pictures.file.name)}`);
  }
  return readIdxLabels(file, header);
}

interface Item {
  set: IdxSet;
  index: number;
  /** Place in the order of the classes; behind the last one where there is no label. */
  place: number;
  pixels: Uint8Array;
}

async function* picturesOf(sets: readonly IdxSet[]): AsyncIterable<FoundPicture> {
  const numbers = [...new Set(sets.flatMap(({ labels }) => [...new Set(labels)]))].toSorted((a, b) => a - b);
  const places = new Map(numbers.map((number, place) => [number, place]));
  const names = classNames(sets, numbers);
  async function* items(): AsyncIterable<Item> {
    for (const set of sets) {
      let index = 0;
      for await (const pixels of idxRecords(set.pictures.file, set.pictures.header)) {
        const place = places.get(set.labels?.[index] ?? -1) ?? numbers.length;
        yield { set, index: index++, place, pixels };
      }
    }
  }
  const kinds = numbers.length + Number(sets.some(({ labels }) => labels === null));
  for await (const item of classesFirst(items, kinds, ({ place }) => place)) {
    yield toPicture(item, names[item.place] ?? null);
  }
}

/** Their numbers, unless these are labels whose meaning is known for certain. */
function classNames(sets: readonly IdxSet[], numbers: readonly number[]): string[] {
  const fashion = sets.map(({ labels }) => (labels === null ? null : fashionNames(labels)));
  const known = fashion.every((names) => names !== null) ? fashion[0] : undefined;
  return numbers.map((number) => known?.[number] ?? String(number));
}

function toPicture({ set, index, pixels }: Item, className: string | null): FoundPicture {
  const { file, header } = set.pictures;
  const digits = String(header.count - 1).length;
  return {
    name: `${set.pictures.set || baseName(file.name)}/${String(index).padStart(digits, '0')}.png`,
    path: `${file.path}, picture ${index}`,
    className,
    split: set.split,
    // A promise also where the pixels cannot be a picture.
    read: async () => encodePng(pixels, header),
  };
}
