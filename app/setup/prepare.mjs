import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile, pinnedNode, root } from './paths.mjs';
import { checkRequirements } from './requirements.mjs';
import { must, run, runNode, say, SetupError } from './run.mjs';
import { buildIfChanged, hashOf, isConfiguredFor } from './stamp.mjs';

const windows = process.platform === 'win32';

/** `npm ci` unless node_modules is what the lock file says. */
async function install() {
  const marker = join(root, 'node_modules', '.tessera-lock');
  const lock = hashOf(['package-lock.json', '.npmrc']);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock && existsSync(pinnedNode)) return;
  checkRequirements();
  say('tessera: installing packages (npm ci) …');
  // npm's own script, so that no shell has to find it; npm sets the variable for everything that it runs.
  const npm = process.env.npm_execpath;
  const installing = npm
    ? run(process.execPath, [npm, 'ci', '--no-audit', '--no-fund'], { quiet: true })
    : run(windows ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund'], { quiet: true });
  await must('npm ci', installing);
  if (!existsSync(pinnedNode)) {
    throw new SetupError(
      'the pinned Node was not installed. Allow install scripts (npm config set ignore-scripts false) and try again.',
    );
  }
  writeFileSync(marker, lock);
}

export const addonFile = 'build/native/Release/tessera.node';

/** The C++ addon by cmake-js, from npm's Node-API headers: nothing is downloaded. */
export function buildAddon() {
  return buildIfChanged({
    sources: ['native', 'package.json'],
    product: addonFile,
    build: async () => {
      checkRequirements();
      say('tessera: building the native engine …');
      const cmakeJs = packageFile('cmake-js', 'bin', 'cmake-js');
      const compile = () =>
        runNode([cmakeJs, 'compile', '-d', 'native', '-O', 'build/native'], { quiet: true });
      const built = join(root, 'build', 'native');
      const forget = () => rmSync(built, { recursive: true, force: true });
      // What CMake remembers of another place would be built from the sources there.
      if (!isConfiguredFor(join(root, 'native'), built)) forget();
      // A cache left by another compiler cannot be configured again.
      const firstTry = await compile();
      if (firstTry === 0) return;
      forget();
      await must('Building the native engine', compile());
    },
  });
}

/** The screens, by Vite. */
export function buildScreens() {
  return buildIfChanged({
    sources: ['renderer', 'app/contract', 'vite.config.ts', 'svelte.config.js', 'package-lock.json'],
    product: 'build/renderer/index.html',
    build: async () => {
      say('tessera: building the screens …');
      await must(
        'Building the screens',
        runNode([packageFile('vite', 'bin', 'vite.js'), 'build'], { quiet: true }),
      );
    },
  });
}

/** The desktop's main process, preload and worker, by Vite: Electron runs JavaScript only. */
export function buildDesktop() {
  return buildIfChanged({
    // The addon too: its hash is written into the worker.
    sources: ['app', 'package-lock.json', addonFile],
    product: 'build/electron/main.js',
    build: async () => {
      say('tessera: building the desktop app …');
      const vite = packageFile('vite', 'bin', 'vite.js');
      const config = ['--config', 'app/hosts/electron/vite.config.ts'];
      await must('Building the desktop app', runNode([vite, 'build', ...config], { quiet: true }));
      const preload = runNode([vite, 'build', ...config, '--mode', 'preload'], { quiet: true });
      await must('Building the preload', preload);
    },
  });
}

/**
 * Makes the checkout ready: packages always, the rest as asked.
 * @param {{ addon?: boolean, screens?: boolean, desktop?: boolean }} what
 */
export async function prepare({ addon = false, screens = false, desktop = false }) {
  await install();
  if (addon) await buildAddon();
  if (screens) await buildScreens();
  if (desktop) await buildDesktop();
}
