import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const shipped = join('app', 'formats', 'samples', 'fashion');

/**
 * A file of `fashion/` beside this one. Bundled, this code lies elsewhere in the app, while the files keep their place
 * (`electron-builder.yml`): they are looked for from here upwards.
 */
export function shippedFile(name: string): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, shipped, name);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) throw new Error(`${join(shipped, name)} is not there`);
  }
}
