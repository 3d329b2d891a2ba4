import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The real desktop app; needs Electron's runtime and a display (`npm run test:electron`). */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['tests/e2e/desktop/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
