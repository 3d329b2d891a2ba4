/** What of a class does not depend on its pictures. */
export interface ClassIdentity {
  name: string;
  /** Index into the palette of twelve. */
  color: number;
  /** Place in the order of the classes, everywhere. */
  position: number;
}

const paletteSize = 12;

/**
 * A class name as it is kept: without blanks around it, and composed (NFC), because one system's folder names
 * arrive composed and another's decomposed. Null when nothing is left.
 */
export function cleanClassName(raw: string): string | null {
  const name = raw.normalize('NFC').trim();
  return name === '' ? null : name;
}

/** Classes stand in the order in which they appeared: a new one goes to the end and takes the next colour. */
export function nextClass(name: string, lastPosition: number | null): ClassIdentity {
  const position = lastPosition === null ? 0 : lastPosition + 1;
  return { name, color: position % paletteSize, position };
}
