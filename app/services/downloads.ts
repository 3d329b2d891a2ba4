import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { downloadPath } from '../contract/index.ts';

/** Files that jobs left for the person, fetched under ids that say nothing about where they lie. */
export class Downloads {
  readonly #paths = new Map<string, string>();

  /** Makes a file fetchable for as long as this process runs. */
  offer(path: string): { name: string; url: string } {
    const id = randomUUID();
    this.#paths.set(id, path);
    return { name: basename(path), url: downloadPath(id) };
  }

  path(id: string): string | undefined {
    return this.#paths.get(id);
  }
}
