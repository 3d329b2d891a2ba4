import { packageFile } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { main, must, runNode } from './run.mjs';

// The installers of this system, into dist/; what they hold is started and its fuses are read.
await main(async () => {
  await prepare({ addon: true, screens: true, desktop: true });
  const options = ['--publish', 'never', ...process.argv.slice(2)];
  await must('Packing', runNode([packageFile('electron-builder', 'cli.js'), ...options]));
  const config = ['--config', 'tests/e2e/electron.config.ts'];
  return runNode([packageFile('vitest', 'vitest.mjs'), 'run', ...config, 'packaged.test']);
});
