import type { SkippedFile } from '../../core/tasks.ts';
import type { FoundPicture } from '../found-picture.ts';
import { classNameProblem } from '../layouts/class-names.ts';
import { baseName, isSideFile } from '../layouts/file-kinds.ts';
import { foundFile, type FoundPictures } from '../layouts/found-pictures.ts';
import { headOf, type SourceFile } from '../layouts/source-file.ts';
import {
  classesName,
  isManifest,
  manifestHead,
  manifestName,
  readClasses,
  readManifest,
} from './manifest.ts';

/**
 * A folder or zip that Tessera has exported, in the order of its manifest: names, labels, splits and the order of the
 * classes are those of the project that it came from, and what had no split stays without one. Null where no manifest of
 * ours lies above everything else. Throws `fileMalformed` where it is broken.
 */
export async function findExported(files: readonly SourceFile[]): Promise<FoundPictures | null> {
  const list = await ownManifest(files);
  if (list === null) return null;
  const folder = list.name.slice(0, -manifestName.length);
  const byName = new Map(files.map((file) => [file.name.normalize('NFC'), file]));
  const classes = byName.get(folder + classesName);
  const found: FoundPicture[] = [];
  const skipped: SkippedFile[] = [];
  const taken = new Set<SourceFile | undefined>([list, classes]);
  for (const { fileName, name, className, split, marks } of readManifest(await list.read(), list.path)) {
    const file = byName.get((folder + fileName).normalize('NFC'));
    const reason =
      file === undefined
        ? 'there is no such file'
        : taken.has(file)
          ? 'it is listed twice'
          : classNameProblem(className ?? '');
    if (file !== undefined && reason === null) {
      taken.add(file);
      found.push({
        ...foundFile(file, className, split),
        name: name === '' ? file.name : name,
        ...(marks && { marks }),
      });
    } else {
      skipped.push({ path: file?.path ?? `${list.path}: ${fileName}`, reason: reason ?? '' });
    }
  }
  for (const file of files) {
    if (taken.has(file) || isSideFile(file.name)) continue;
    skipped.push({ path: file.path, reason: `${manifestName} does not list it` });
  }
  return {
    layout: 'csv',
    total: found.length,
    skipped,
    pictures: () => found,
    exported: { classes: classes === undefined ? [] : readClasses(await classes.read(), classes.path) },
  };
}

/** The one that lies above every other file. */
async function ownManifest(files: readonly SourceFile[]): Promise<SourceFile | null> {
  const depth = ({ name }: SourceFile): number => name.split('/').length;
  const highest = Math.min(...files.map(depth));
  const [list, another] = files.filter(
    (file) => baseName(file.name) === manifestName && depth(file) === highest,
  );
  if (list === undefined || another !== undefined) return null;
  return isManifest(await headOf(list.stream(), manifestHead)) ? list : null;
}
