/**
 * The packed app in `dist/`, as it will be installed: its fuses are read, and it is started as a person would, without
 * any hook. `npm run package` runs this after packing. Without a packed app or a screen it says loudly what it skipped.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { describe, expect, test } from 'vitest';
import { windowProblem } from '../../../app/setup/desktop-problem.mjs';

const dist = fileURLToPath(new URL('../../../dist', import.meta.url));
const program = { linux: 'tessera', win32: 'Tessera.exe', darwin: 'Tessera.app/Contents/MacOS/Tessera' }[
  process.platform as string
];

/** The program in its unpacked folder: `linux-unpacked/tessera`, `mac-arm64/Tessera.app/…`, `win-unpacked/Tessera.exe`. */
function findProgram(): string | null {
  if (program === undefined || !existsSync(dist)) return null;
  const paths = readdirSync(dist).map((name) => join(dist, name, program));
  return paths.find((path) => existsSync(path)) ?? null;
}

const packed = findProgram();
const problem =
  packed === null
    ? 'there is no packed app in dist/ (npm run package makes it)'
    : windowProblem({
        platform: process.platform,
        environment: process.env,
        isRoot: process.getuid?.() === 0,
        setting: () => null,
        hasInstalledSandbox: true,
      });
if (packed === null) console.warn(`SKIPPED: the fuses of the release were not read: ${problem}`);
if (problem !== null) console.warn(`SKIPPED: the packed app was not started: ${problem}`);

describe('the packed app', () => {
  test.skipIf(packed === null)('has the fuses of a release', async () => {
    const wire = await getCurrentFuseWire(packed ?? '');
    const isOn = (fuse: FuseV1Options): boolean => Number(wire[fuse]) === '1'.charCodeAt(0);
    expect({
      runAsNode: isOn(FuseV1Options.RunAsNode),
      cookieEncryption: isOn(FuseV1Options.EnableCookieEncryption),
      nodeOptions: isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      nodeCliInspect: isOn(FuseV1Options.EnableNodeCliInspectArguments),
      asarIntegrity: isOn(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyFromAsar: isOn(FuseV1Options.OnlyLoadAppFromAsar),
      fileProtocolPrivileges: isOn(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual({
      runAsNode: false,
      cookieEncryption: true,
      nodeOptions: false,
      nodeCliInspect: false,
      asarIntegrity: true,
      onlyFromAsar: true,
      fileProtocolPrivileges: false,
    });
  });

  test.skipIf(problem !== null)('starts, and makes the sample with what it brings along', async () => {
    const home = mkdtempSync(join(tmpdir(), 'tessera-packaged-'));
    const app = spawn(packed ?? '', ['--sample', 'xo'], {
      env: { ...process.env, TESSERA_HOME: home },
      stdio: 'inherit',
    });
    const ended = once(app, 'exit');
    try {
      // Written by a utility process with the addon loaded: worker, archive and native parts fit together.
      const pictures = join(home, 'projects', 'X and O', 'images');
      await expect
        .poll(() => (existsSync(pictures) ? readdirSync(pictures, { recursive: true }).length : 0), {
          timeout: 90_000,
          interval: 250,
        })
        .toBeGreaterThanOrEqual(600);
      expect(app.exitCode).toBeNull();
    } finally {
      app.kill('SIGKILL');
      await ended;
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  });
});
