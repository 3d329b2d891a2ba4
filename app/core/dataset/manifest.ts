import type { ManifestEntry } from '../training/plan.ts';

/** Lower-case hex SHA-256 of a text's UTF-8 bytes; handed in, so that the core stays free of any platform. */
export type Sha256 = (text: string) => string;

/**
 * The identity of a frozen data set: SHA-256 over the class names in order and every picture's content, class and
 * split, in the manifest's order (which decides the batches). Picture ids are left out: the same data in
 * another project is the same data.
 */
export function manifestHash(
  classes: readonly string[],
  entries: readonly ManifestEntry[],
  sha256: Sha256,
): string {
  return sha256(manifestText(classes, entries));
}

/** The canonical text: the class names as one JSON line, then `hash classIndex split` a line. */
function manifestText(classes: readonly string[], entries: readonly ManifestEntry[]): string {
  const lines = entries.map(({ hash, classIndex, split }) => `${hash} ${classIndex} ${split}\n`);
  return `${JSON.stringify(classes)}\n${lines.join('')}`;
}
