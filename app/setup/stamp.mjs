import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { root } from './paths.mjs';

function* filesBelow(path) {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) {
    yield path;
    return;
  }
  for (const name of readdirSync(path).sort()) yield* filesBelow(join(path, name));
}

/** One hash over the names and contents of files and folders (relative to the top). */
export function hashOf(sources) {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of filesBelow(join(root, source))) {
      hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

/**
 * Runs `build` unless `product` is there and was built from the very same sources.
 * @param {{ sources: string[], product: string, build: () => Promise<void> }} step
 * @returns {Promise<boolean>} whether it was built
 */
export async function buildIfChanged({ sources, product, build }) {
  const stampFile = join(root, 'build', '.stamps', product.replace(/[\\/]/g, '_'));
  // The platform belongs to it: a checkout may be shared between systems.
  const stamp = `${process.platform}-${process.arch} ${hashOf(sources)}\n`;
  const fresh =
    existsSync(join(root, product)) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
  if (fresh) return false;
  rmSync(stampFile, { force: true });
  await build();
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
  return true;
}

/**
 * Whether what CMake remembers in `folder`, where it has been there, is of these sources: a checkout that was copied or moved
 * brings the memory of the old place.
 */
export function isConfiguredFor(source, folder) {
  const cache = join(folder, 'CMakeCache.txt');
  if (!existsSync(cache)) return true;
  const [, home = ''] = /^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$/m.exec(readFileSync(cache, 'utf8')) ?? [];
  return resolve(home) === resolve(source);
}
