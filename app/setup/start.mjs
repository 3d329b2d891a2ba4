import { desktopProblem } from './desktop-problem.mjs';
import { packageFile } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { main, runNode, say } from './run.mjs';

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
