import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The screens, driven in a real browser against the real host. One file after the other: they share two cores. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['tests/e2e/**/*.test.ts'],
    exclude: ['tests/e2e/desktop/**'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
