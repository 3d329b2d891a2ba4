import { unreadable } from './unreadable.ts';

export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'bmp' | 'avif';

/** The beginning of a file of each format; `?` is any byte. */
const signatures: readonly (readonly [PictureFormat, string])[] = [
  ['jpeg', '\xff\xd8\xff'],
  ['png', '\x89PNG\r\n\x1a\n'],
  ['gif', 'GIF87a'],
  ['gif', 'GIF89a'],
  ['webp', 'RIFF????WEBP'],
  ['tiff', 'II*\0'],
  ['tiff', 'MM\0*'],
  // BigTIFF
  ['tiff', 'II+\0'],
  ['tiff', 'MM\0+'],
  ['bmp', 'BM'],
  ['avif', '????ftypavif'],
  ['avif', '????ftypavis'],
];

/** What people have in folders of pictures and Tessera does not read, with what to do. */
const refused: readonly (readonly [RegExp, string])[] = [
  [/^....ftyp(hei[cxms]|hev[cx]|mif1|msf1)/s, 'HEIC photos are not read; save it as JPEG or PNG'],
  [/^(\xef\xbb\xbf)?\s*(<\?xml|<!--|<svg|<!doctype svg)/i, 'SVG drawings are not read; save it as PNG'],
  [/^(\xef\xbb\xbf)?\s*<(!doctype )?html/i, 'it is a web page'],
  [/^8BPS/, 'Photoshop files are not read; save it as JPEG or PNG'],
  [/^%PDF/, 'PDF documents are not read; save its pictures as JPEG or PNG'],
  [/^(\xff\x0a|\0\0\0\x0cJXL )/, 'JPEG XL is not read; save it as JPEG or PNG'],
  [/^(\0\0\0\x0cjP {2}|\xff\x4f\xff\x51)/, 'JPEG 2000 is not read; save it as JPEG or PNG'],
];

/** The longest beginning that is looked at, bytes. */
const headLength = 64;

/**
 * The format of a picture by its first bytes, whatever its name says. Throws `pictureUnreadable` for everything that is
 * not one of the seven; `name` is what the error calls it.
 */
export function pictureFormat(bytes: Uint8Array, name: string): PictureFormat {
  if (bytes.length === 0) throw unreadable(name, 'the file is empty');
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headLength)).toString(
    'latin1',
  );
  const found = signatures.find(([, signature]) => beginsWith(head, signature));
  if (found !== undefined) return found[0];
  const known = refused.find(([pattern]) => pattern.test(head));
  throw unreadable(
    name,
    known?.[1] ?? 'its contents are not a JPEG, PNG, WebP, GIF, TIFF, BMP or AVIF picture',
  );
}

const beginsWith = (head: string, signature: string): boolean =>
  head.length >= signature.length && [...signature].every((sign, at) => sign === '?' || sign === head[at]);
