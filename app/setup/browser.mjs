import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say, SetupError } from './run.mjs';

const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'chrome'];
const places = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
    .filter(Boolean)
    .map((folder) => join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe')),
};

/** The path of Chrome or Chromium, or null. TESSERA_BROWSER names one explicitly. */
export function findBrowser() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const candidates = [process.env.TESSERA_BROWSER, ...(places[process.platform] ?? []), ...onPath];
  return candidates.find((path) => path && existsSync(path)) ?? null;
}

const isRootOnDebian = () =>
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version');

/** Finds a browser for the end-to-end tests; installs Debian's Chromium where that needs no one's password. */
export function ensureBrowser() {
  const found = findBrowser();
  if (found) return found;
  if (!isRootOnDebian()) {
    throw new SetupError(
      'the end-to-end tests need Chrome or Chromium. Install one, or name it with TESSERA_BROWSER=/path/to/chrome.',
    );
  }
  say('tessera: installing Chromium for the end-to-end tests …');
  const apt = (...args) =>
    spawnSync('apt-get', args, {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  apt('update');
  apt('install', '-y', '--no-install-recommends', 'chromium');
  const installed = findBrowser();
  if (!installed)
    throw new SetupError('Chromium could not be installed: run apt-get install chromium to see why.');
  execFileSync(installed, ['--version'], { stdio: 'ignore' });
  return installed;
}
