import { packageFile } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { main, runNode } from './run.mjs';

// The installers of this system, into dist/.
await main(async () => {
  await prepare({ addon: true, screens: true, desktop: true });
  return runNode([packageFile('electron-builder', 'cli.js'), '--publish', 'never', ...process.argv.slice(2)]);
});
