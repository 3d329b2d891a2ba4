import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const formats = join('app', 'formats');

/**
 * A file that is shipped in a folder of `app/formats`. Bundled, this code lies elsewhere in the app, while the files keep
 * their place (`electron-builder.yml`): they are looked for from here upwards.
 */
export function shippedFile(...place: string[]): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, formats, ...place);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) throw new Error(`${join(formats, ...place)} is not there`);
  }
}
