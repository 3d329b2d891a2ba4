import type { ColumnWishes, ImportPreview, ListColumns, Split } from '../../contract/index.ts';
import type { PortableClass } from '../../core/dataset/portable.ts';
import type { SkippedFile } from '../../core/tasks.ts';
import type { FoundPicture } from '../found-picture.ts';
import type { SourceFile } from './source-file.ts';

/** What a layout made of a source, before any picture is read. */
export interface FoundPictures {
  layout: ImportPreview['layout'];
  /** How many pictures there are. */
  total: number;
  /** Files that are no pictures, and why. */
  skipped: SkippedFile[];
  /** Of a list that says something about the pictures. */
  columns?: ListColumns;
  /**
   * Of what Tessera has exported itself: the classes in their order, also those without pictures. What has no split there
   * is to have none here.
   */
  exported?: { classes: PortableClass[] };
  /**
   * In the order in which they are to be stored. Throws `fileMalformed` where a file that holds many pictures turns out
   * to be broken.
   */
  pictures(): Iterable<FoundPicture> | AsyncIterable<FoundPicture>;
}

export interface FindOptions {
  signal?: AbortSignal;
  /** Which columns of a list are what; left out, that is understood. */
  columns?: ColumnWishes;
}

/** A picture that is a file of its own. */
export function foundFile(file: SourceFile, className: string | null, split: Split | null): FoundPicture {
  const { name, path, location } = file;
  return { name, path, className, split, read: () => file.read(), ...(location && { file: location }) };
}
