import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';

const here = (name: string): string => new URL(name, import.meta.url).pathname;

/**
 * Electron runs JavaScript only: main process and worker as ES modules, and, in the mode `preload`, the sandboxed
 * preload as one CommonJS file. Packages stay outside of the bundle, where their native parts find themselves.
 */
export default defineConfig(({ mode }) => ({
  ssr: { noExternal: mode === 'preload' ? true : [] },
  build: {
    ssr: true,
    outDir: new URL('../../../build/electron', import.meta.url).pathname,
    emptyOutDir: mode !== 'preload',
    target: 'node24',
    minify: false,
    rolldownOptions: {
      external: ['electron', ...builtinModules, /^node:/],
      input:
        mode === 'preload'
          ? { preload: here('./preload.ts') }
          : { main: here('./main.ts'), worker: here('../../jobs/worker.ts') },
      output:
        mode === 'preload'
          ? { format: 'cjs', entryFileNames: '[name].cjs' }
          : { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
}));
