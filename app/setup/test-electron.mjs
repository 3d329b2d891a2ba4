import { packageFile } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { main, runNode, say } from './run.mjs';

// Drives the real desktop app; needs Electron's runtime and a display.
await main(async () => {
  await prepare({ addon: true, screens: true, desktop: true });
  const install = await runNode([packageFile('electron', 'install.js')], { quiet: true, silent: true });
  if (install !== 0) {
    say('tessera: the Electron runtime cannot be downloaded here, so the desktop suite cannot run.');
    return 1;
  }
  return runNode([packageFile('vitest', 'vitest.mjs'), 'run', '--config', 'tests/e2e/electron.config.ts']);
});
