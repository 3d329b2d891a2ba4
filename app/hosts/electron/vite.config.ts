import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const addon = here('../../../build/native/Release/tessera.node');

/** What the worker lets be loaded as the addon; nothing at all where none was built. */
function addonHash(): string {
  return existsSync(addon) ? createHash('sha256').update(readFileSync(addon)).digest('hex') : 'none';
}

/**
 * Electron runs JavaScript only: main process and worker as ES modules, and, in the mode `preload`, the sandboxed
 * preload as one CommonJS file. Packages stay outside of the bundle, where their native parts find themselves.
 */
export default defineConfig(({ mode }) => ({
  define: { ADDON_SHA256: JSON.stringify(addonHash()) },
  ssr: { noExternal: mode === 'preload' ? true : [] },
  build: {
    ssr: true,
    outDir: here('../../../build/electron'),
    emptyOutDir: mode !== 'preload',
    target: 'node24',
    minify: false,
    rolldownOptions: {
      external: ['electron', ...builtinModules, /^node:/],
      input:
        mode === 'preload'
          ? { preload: here('./preload.ts') }
          : { main: here('./main.ts'), worker: here('./worker.ts') },
      output:
        mode === 'preload'
          ? { format: 'cjs', entryFileNames: '[name].cjs' }
          : { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
}));
