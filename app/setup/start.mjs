import { packageFile } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { main, runNode, say } from './run.mjs';

/** Why the desktop app cannot run here, in half a sentence; null when it can. */
async function desktopProblem() {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return 'there is no display';
  // Electron's runtime is a download of its own at first use; this does nothing when it is there already.
  say('tessera: looking for the Electron runtime …');
  const code = await runNode([packageFile('electron', 'install.js')], { quiet: true, silent: true });
  return code === 0 ? null : 'no Electron runtime can be installed';
}

await main(async () => {
  const args = process.argv.slice(2);
  const options = args.filter((argument) => argument !== '--browser');
  await prepare({ addon: true, screens: true });
  const problem = args.includes('--browser') ? 'the browser was asked for' : await desktopProblem();
  if (problem === null) {
    await prepare({ desktop: true });
    return runNode([packageFile('electron', 'cli.js'), '.', '--sample', 'xo', ...options]);
  }
  say(`tessera: opening in the browser, because ${problem}.`);
  return runNode(['app/hosts/cli/main.ts', 'serve', '--sample', 'xo', '--open', ...options]);
});
