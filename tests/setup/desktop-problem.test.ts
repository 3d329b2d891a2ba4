import { describe, expect, test } from 'vitest';
import { windowProblem } from '../../app/setup/desktop-problem.mjs';

const good = {
  platform: 'linux',
  environment: { DISPLAY: ':0' },
  isRoot: false,
  setting: () => null,
  hasInstalledSandbox: false,
};
const restricted = (path: string): string | null =>
  path.endsWith('apparmor_restrict_unprivileged_userns') ? '1' : null;

describe('whether Electron can open a window', () => {
  test('it can on a desktop of Linux, under X11 and under Wayland', () => {
    expect(windowProblem(good)).toBeNull();
    expect(windowProblem({ ...good, environment: { WAYLAND_DISPLAY: 'wayland-0' } })).toBeNull();
    expect(
      windowProblem({ ...good, setting: (path) => (path.includes('max_user') ? '63000' : '0') }),
    ).toContain('kernel.unprivileged_userns_clone = 0');
  });

  test('it cannot without a display, or as root', () => {
    expect(windowProblem({ ...good, environment: {} })).toBe('Electron finds no display here');
    expect(windowProblem({ ...good, isRoot: true })).toBe(
      'Electron does not run as root with its sandbox on',
    );
  });

  test('it cannot where the system forbids sandboxes to programs that are not installed', () => {
    expect(windowProblem({ ...good, setting: restricted })).toBe(
      'this system keeps Electron’s sandbox from starting (kernel.apparmor_restrict_unprivileged_userns = 1)',
    );
    expect(windowProblem({ ...good, setting: restricted, hasInstalledSandbox: true })).toBeNull();
  });

  test('macOS and Windows have a display and a sandbox', () => {
    for (const platform of ['darwin', 'win32']) {
      expect(windowProblem({ ...good, platform, environment: {}, setting: restricted })).toBeNull();
    }
  });
});
