import type { SkippedFile } from '../../core/tasks.ts';
import type { FoundPicture } from '../found-picture.ts';
import { encodePng } from '../images/plain-png.ts';
import { classNameOf } from './class-names.ts';
import { classesFirst } from './classes-first.ts';
import { baseName, extensionOf, isSideFile } from './file-kinds.ts';
import type { FoundPictures } from './found-pictures.ts';
import { naturalOrder } from './natural-order.ts';
import {
  npyPictures,
  npyTexts,
  openNpy,
  refuseNpy,
  type NpyFile,
  type NpyLabels,
  type NpyPictures,
} from './npy-file.ts';
import type { SourceFile } from './source-file.ts';
import { splitOfFile } from './split-names.ts';

/** An array of pictures and the labels that belong to it, as texts. */
interface NpySet {
  pictures: NpyPictures;
  labels: string[] | null;
}

/** Parts of a name that say what an array holds and not which set it belongs to. */
const roles = new Set(
  'x y image images img imgs data picture pictures label labels target targets'.split(' '),
);
/** What people call the array with the names of the classes. */
const namesOfClasses = /(^|[^a-z])(classes|categories|names|(label|class|target)_?names?)$/i;

/**
 * Pictures as NumPy arrays, in an npz or as `.npy` files: uint8 [N, H, W], [N, H, W, C] or [N, C, H, W], with labels of the
 * same set, found by their names (`x_train` and `y_train`, `images` and `labels`, `val_images` and `val_labels`). Texts
 * called `classes` or `label_names` are the names of the labels' numbers. Null when nothing is an array. Throws
 * `fileMalformed` where one is broken, or where none holds pictures.
 */
export async function findInNpy(files: readonly SourceFile[]): Promise<FoundPictures | null> {
  const arrays = files.filter(({ name }) => extensionOf(name) === 'npy');
  const [first] = arrays;
  if (first === undefined) return null;
  const opened: NpyFile[] = [];
  for (const file of arrays) opened.push(await openNpy(file));
  const pictures = opened.filter((each) => each.holds === 'pictures');
  const others = opened.filter((each) => each.holds === 'other');
  if (pictures.length === 0) refuseNpy(others[0]?.file ?? first, others[0]?.reason ?? 'it holds no pictures');
  const texts = opened.filter((each): each is NpyLabels => each.holds === 'labels' || each.holds === 'texts');
  const names = texts.find(({ holds, file }) => holds === 'texts' && namesOfClasses.test(stem(file)));
  const labels = texts.filter((each) => each !== names);
  const sets: NpySet[] = [];
  for (const each of pictures) sets.push({ pictures: each, labels: await labelsFor(each, pictures, labels) });
  const order = names === undefined ? null : rename(sets, await npyTexts(names));
  // Sets to train with come first, whatever they are called.
  const isTraining = ({ pictures: { file } }: NpySet): boolean => splitOfFile(stem(file)) === 'train';
  sets.sort((a, b) => Number(isTraining(b)) - Number(isTraining(a)));
  const unused = labels.filter((each) => !pictures.some((one) => belongs(one, each, pictures, labels)));
  return {
    layout: 'npz',
    total: sets.reduce((total, set) => total + set.pictures.count, 0),
    skipped: [
      ...others.map(({ file, reason }) => ({ path: file.path, reason })),
      ...unused.map(({ file }) => ({ path: file.path, reason: 'there are no pictures for these labels' })),
      ...passedOver(files),
    ],
    pictures: () => picturesOf(sets, order),
  };
}

const stem = ({ name }: SourceFile): string => baseName(name).replace(/\.npy$/i, '');

/** `x_train`, `train_labels` and `y-train` are all of `train`. */
const setOf = (file: SourceFile): string =>
  stem(file)
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => !roles.has(part))
    .join(' ');

/** One array of pictures and one of labels belong together whatever they are called. */
function belongs(
  pictures: NpyPictures,
  labels: NpyLabels,
  allPictures: readonly NpyPictures[],
  allLabels: readonly NpyLabels[],
): boolean {
  if (allPictures.length === 1 && allLabels.length === 1) return true;
  return setOf(pictures.file) === setOf(labels.file);
}

async function labelsFor(
  pictures: NpyPictures,
  allPictures: readonly NpyPictures[],
  allLabels: readonly NpyLabels[],
): Promise<string[] | null> {
  const own = allLabels.find((labels) => belongs(pictures, labels, allPictures, allLabels));
  if (own === undefined) return null;
  if (own.count !== pictures.count) {
    const of = `${own.count} labels for the ${pictures.count} pictures of`;
    refuseNpy(own.file, `it holds ${of} ${baseName(pictures.file.name)}`);
  }
  return npyTexts(own);
}

/** Gives labels that are numbers their names; null where there is a label without a name. */
function rename(sets: readonly NpySet[], names: readonly string[]): readonly string[] | null {
  const all = sets.every(
    ({ labels }) => labels?.every((label) => names[Number(label)] !== undefined) ?? true,
  );
  if (!all) return null;
  for (const set of sets) set.labels = set.labels?.map((label) => names[Number(label)] ?? label) ?? null;
  return names;
}

const passedOver = (files: readonly SourceFile[]): SkippedFile[] =>
  files
    .filter(({ name }) => extensionOf(name) !== 'npy' && !isSideFile(name))
    .map(({ path }) => ({ path, reason: 'it is not a NumPy array' }));

interface Item {
  set: NpySet;
  index: number;
  /** Place in the order of the classes; behind the last one where there is no label. */
  place: number;
  pixels: Uint8Array;
}

/** @param order that of the classes, where they have one of their own */
async function* picturesOf(
  sets: readonly NpySet[],
  order: readonly string[] | null,
): AsyncIterable<FoundPicture> {
  const used = new Set(sets.flatMap(({ labels }) => [...new Set(labels)]));
  const labels = order?.filter((name) => used.has(name)) ?? [...used].toSorted(naturalOrder);
  const places = new Map(labels.map((label, place) => [label, place]));
  async function* items(): AsyncIterable<Item> {
    for (const set of sets) {
      let index = 0;
      for await (const pixels of npyPictures(set.pictures)) {
        const place = places.get(set.labels?.[index] ?? '') ?? labels.length;
        yield { set, index: index++, place, pixels };
      }
    }
  }
  const kinds = labels.length + Number(sets.some((set) => set.labels === null));
  for await (const item of classesFirst(items, kinds, ({ place }) => place)) {
    yield toPicture(item, item.set.labels === null ? null : classNameOf(item.set.labels[item.index] ?? ''));
  }
}

function toPicture({ set, index, pixels }: Item, className: string | null): FoundPicture {
  const { file, count, shape } = set.pictures;
  const digits = String(count - 1).length;
  return {
    name: `${file.name.replace(/\.npy$/i, '')}/${String(index).padStart(digits, '0')}.png`,
    path: `${file.path}, picture ${index}`,
    className,
    split: splitOfFile(stem(file)),
    read: async () => encodePng(pixels, shape),
  };
}
