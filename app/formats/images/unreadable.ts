import { TesseraError } from '../../contract/index.ts';

/** The one error of this room. `reason` continues "… is not a picture that Tessera can read: ". */
export const unreadable = (name: string, reason: string, cause?: unknown): TesseraError =>
  new TesseraError('pictureUnreadable', { path: name, reason }, { cause });

/** What errors call a picture whose name nobody gave. */
export const namelessPicture = 'This file';
