/** What the names of files say, with the case of extensions ignored. */

const pictureExtensions = new Set('jpg jpeg jpe jfif png webp gif tif tiff bmp avif'.split(' '));
const listExtensions = new Set(['csv', 'tsv', 'jsonl']);
/** Lists that lie in a folder of pictures and say more about them. */
const listNames = new Set(['metadata.csv', 'metadata.jsonl', 'manifest.csv', 'labels.csv']);
/** What systems and people leave beside pictures. */
const sideFiles =
  /^(thumbs\.db|desktop\.ini|(readme|licen[cs]e|copying|attribution|notice)(\.(txt|md|rst|html))?)$/i;

/** The last part of a path with forward slashes. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Lower case, without the dot; empty where there is none. */
export function extensionOf(name: string): string {
  const base = baseName(name);
  const dot = base.lastIndexOf('.');
  return dot <= 0 ? '' : base.slice(dot + 1).toLowerCase();
}

export const isPictureName = (name: string): boolean => pictureExtensions.has(extensionOf(name));

export const isListName = (name: string): boolean => listExtensions.has(extensionOf(name));

/** Whether a list beside pictures is understood without being named itself. */
export const isFolderList = (name: string): boolean => listNames.has(baseName(name).toLowerCase());

export const isSideFile = (name: string): boolean => sideFiles.test(baseName(name));

/** Hidden files, and what macOS puts into archives: passed over without a word. `segment` is one part of a path. */
export const isHidden = (segment: string): boolean => segment.startsWith('.') || segment === '__MACOSX';
