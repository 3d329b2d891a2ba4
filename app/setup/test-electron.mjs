import { desktopProblem } from './desktop-problem.mjs';
import { packageFile } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { main, runNode, say } from './run.mjs';

// Drives the real desktop app; needs Electron's runtime and a display.
await main(async () => {
  await prepare({ addon: true, screens: true, desktop: true });
  const problem = await desktopProblem();
  if (problem !== null) {
    say(`tessera: THE DESKTOP SUITE WAS NOT RUN, because ${problem}.`);
    return 1;
  }
  const config = ['--config', 'tests/e2e/electron.config.ts'];
  return runNode([packageFile('vitest', 'vitest.mjs'), 'run', ...config, 'desktop.test']);
});
