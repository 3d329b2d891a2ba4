import type { Split } from '../contract/index.ts';
import type { PictureMarks } from '../core/dataset/portable.ts';
import type { PictureFile } from '../core/tasks.ts';

/** A picture that a layout (folders, zip, IDX, …) or a sample found, before it is read. */
export interface FoundPicture {
  /** The name that the person knows: the path relative to what was given, with forward slashes. */
  name: string;
  /** What errors call it: the full path, and where it lies in an archive. */
  path: string;
  className: string | null;
  split: Split | null;
  /** What a project has noted that it was exported from. */
  marks?: PictureMarks;
  /** Where its file lies; absent where there is none, as for one of many pictures in an IDX file. */
  file?: PictureFile;
  /** The encoded file (JPEG, PNG, …). Rejects with a `TesseraError` where it cannot be read. */
  read(): Promise<Uint8Array>;
}
