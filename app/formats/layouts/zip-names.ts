import { isReservedName } from '../../core/file-names.ts';

/** What the high half of an entry's external attributes says about its kind, as Unix does. */
const kindMask = 0o170000;
const harmlessKinds = new Set([0, 0o100000, 0o040000]);

/**
 * Why an archive with this entry is refused, or null. Nothing of it is written to the disk here; but an archive
 * that would overwrite files elsewhere was not made by a friend.
 *
 * @param unixMode the upper 16 bits of the entry's external attributes
 */
export function unsafeEntry(name: string, unixMode: number): string | null {
  const shown = JSON.stringify(name);
  if (name.includes('\0')) return `it holds a name with a NUL in it, ${shown}`;
  if (name.includes('\\')) return `it holds a name with a backslash, ${shown}`;
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) return `it holds an absolute path, ${shown}`;
  const segments = name.split('/');
  if (segments.includes('..')) return `it holds a path that leads out of it, ${shown}`;
  if (segments.some(isReservedName)) return `it holds a name that Windows keeps for a device, ${shown}`;
  if (!harmlessKinds.has(unixMode & kindMask)) return `it holds a link or a device, ${shown}`;
  return null;
}

/** The same for names that some systems take for one: equal but for their case or their Unicode form. */
export const foldedName = (name: string): string => name.normalize('NFC').toLowerCase().normalize('NFC');
