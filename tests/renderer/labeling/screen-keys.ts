import { readFileSync } from 'node:fs';

/** The keys that open screens, read from the source: the list itself imports every screen. */
export const screens: readonly string[] = [
  'h',
  ...readFileSync(new URL('../../../renderer/shell/screens.ts', import.meta.url), 'utf8').matchAll(
    /key: '(\w)'/g,
  ),
].map((found) => (typeof found === 'string' ? found : (found[1] ?? '')));
