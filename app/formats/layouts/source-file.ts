import type { PictureFile, SkippedFile } from '../../core/tasks.ts';

/** A file of a source, on the disk or in an archive, before anybody knows what it is. */
export interface SourceFile {
  /** Relative to what was given, with forward slashes. */
  readonly name: string;
  /** What errors call it: the full path, and where it lies in an archive. */
  readonly path: string;
  /** Where another process finds it; absent where none can. */
  readonly location?: PictureFile;
  /** Bytes. Rejects like `read`. */
  size(): Promise<number>;
  /** The whole file. Rejects with `fileNotFound` or `fileUnreadable`. */
  read(): Promise<Uint8Array>;
  /** Its bytes from the beginning; whoever has seen enough just stops. Rejects like `read`. */
  stream(): AsyncIterable<Uint8Array>;
}

/** Files in their natural order, and what was passed over. */
export interface SourceFiles {
  files: SourceFile[];
  skipped: SkippedFile[];
}

/** The greatest file that is read whole, bytes; a picture is far below it. */
export const greatestWhole = 512 * 1024 ** 2;

/** The first bytes of a stream, at most `length`. */
export async function headOf(chunks: AsyncIterable<Uint8Array>, length: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let missing = length;
  for await (const chunk of chunks) {
    parts.push(chunk.subarray(0, missing));
    missing -= Math.min(missing, chunk.length);
    if (missing === 0) break;
  }
  return Buffer.concat(parts);
}
