import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const addon = 'tessera.node';

/**
 * Lets this process load the addon only if it is, byte for byte, the one that the app was built with; `expected` is its
 * SHA-256 in hexadecimal. Checked where every native module has to pass, so it holds for whichever copy is found.
 */
export function guardAddon(expected: string): void {
  const open = process.dlopen;
  process.dlopen = (module: object, file: string, ...flags: number[]) => {
    if (basename(file) === addon && sha256(file) !== expected) {
      throw new Error(`${file} is not the file that this app was built with; install Tessera again`);
    }
    Reflect.apply(open, process, [module, file, ...flags]);
  };
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
