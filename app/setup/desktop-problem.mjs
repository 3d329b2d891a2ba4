import { existsSync, readFileSync, statSync } from 'node:fs';
import { packageFile } from './paths.mjs';
import { runNode, say } from './run.mjs';

/** Settings of Linux that keep programs of one's own folder from shutting themselves into a sandbox. */
const lockingSettings = [
  ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1'],
  ['/proc/sys/kernel/unprivileged_userns_clone', '0'],
  ['/proc/sys/user/max_user_namespaces', '0'],
];

/**
 * Why Electron cannot open a window on this system, in half a sentence; null when nothing speaks against it.
 * @param {{ platform: string, environment: Record<string, string | undefined>, isRoot: boolean,
 *   setting: (path: string) => string | null, hasInstalledSandbox: boolean }} system
 */
export function windowProblem({ platform, environment, isRoot, setting, hasInstalledSandbox }) {
  if (platform !== 'linux') return null;
  if (!environment.DISPLAY && !environment.WAYLAND_DISPLAY) return 'Electron finds no display here';
  if (isRoot) return 'Electron does not run as root with its sandbox on';
  const locking = lockingSettings.find(([path, value]) => setting(path) === value);
  if (locking && !hasInstalledSandbox) {
    const name = locking[0].replace('/proc/sys/', '').replaceAll('/', '.');
    return `this system keeps Electron’s sandbox from starting (${name} = ${locking[1]})`;
  }
  return null;
}

function setting(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/** Whether Electron's helper for older systems was given to root, with the set-uid bit. */
function hasInstalledSandbox() {
  const found = statSync(packageFile('electron', 'dist', 'chrome-sandbox'), { throwIfNoEntry: false });
  return found?.uid === 0 && (found.mode & 0o4000) !== 0;
}

/** Why the desktop app cannot run here, in half a sentence; null when it can. Downloads Electron's runtime if need be. */
export async function desktopProblem() {
  const problem = windowProblem({
    platform: process.platform,
    environment: process.env,
    isRoot: process.getuid?.() === 0,
    setting,
    hasInstalledSandbox: hasInstalledSandbox(),
  });
  if (problem !== null) return problem;
  if (!existsSync(packageFile('electron', 'path.txt'))) {
    say('tessera: getting the Electron runtime (about 120 MB, once) …');
  }
  // Does nothing when it is there; its own complaints would only frighten.
  const code = await runNode([packageFile('electron', 'install.js')], { quiet: true, silent: true });
  return code === 0 ? null : 'no Electron runtime can be installed';
}
