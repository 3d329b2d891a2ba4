/**
 * What the installers hold: electron-builder packs the app as for a release, around a stand-in for Electron's runtime
 * that consists of little more than its fuses. What comes out is read, unpacked and run in plain Node.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const asar = createRequire(builder.resolve('app-builder-lib'))('@electron/asar') as {
  listPackage(archive: string, options: { isPack: boolean }): string[];
  extractAll(archive: string, folder: string): void;
};

const icon = join(root, 'app', 'hosts', 'electron', 'resources', 'icon.png');

/** The tests of it; they need the build. */
export function packedApp(): void {
  test('the icon is large enough for every system', async () => {
    expect(await sharp(icon).metadata()).toMatchObject({
      format: 'png',
      width: 1024,
      height: 1024,
      hasAlpha: true,
    });
  });

  // The other systems' runtimes are not that simple; there the installers' workflow looks at the real thing.
  describe.skipIf(process.platform !== 'linux')('the packed app', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tessera-packed-'));
    const app = join(
      folder,
      'dist',
      process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`,
    );
    const archive = join(app, 'resources', 'app.asar');
    const extracted = join(folder, 'extracted');
    let packed: string[];

    beforeAll(() => {
      const runtime = join(folder, 'runtime');
      makeRuntime(runtime);
      // electron-builder keeps quiet, and links instead of copying, where it finds these.
      const { VITEST: _, NODE_ENV: __, ...env } = process.env;
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [
          join(root, 'node_modules', 'electron-builder', 'cli.js'),
          ...['--dir', '--publish', 'never'],
          ...[`-c.electronDist=${runtime}`, `-c.directories.output=${join(folder, 'dist')}`],
        ],
        { cwd: root, encoding: 'utf8', timeout: 240_000, env },
      );
      expect(status, `${stdout}\n${stderr}`).toBe(0);
      packed = asar.listPackage(archive, { isPack: false }).map((name) => name.replaceAll('\\', '/'));
      asar.extractAll(archive, extracted);
    }, 600_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test('has the fuses of a release', async () => {
      const wire = await getCurrentFuseWire(join(app, 'tessera'));
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

    test('keeps its own code in the archive, and only what the system loads beside it', () => {
      for (const name of ['main.js', 'worker.js', 'preload.cjs']) {
        expect(packed).toContain(`/build/electron/${name}`);
        expect(existsSync(join(`${archive}.unpacked`, 'build', 'electron', name))).toBe(false);
      }
      for (const name of [
        'build/native/Release/tessera.node',
        'node_modules/@img/sharp-wasm32/index.cjs',
        `node_modules/onnxruntime-node/bin/napi-v6/linux/${process.arch}/onnxruntime_binding.node`,
      ]) {
        expect(existsSync(join(`${archive}.unpacked`, name)), name).toBe(true);
      }
    });

    test('has nothing of the tests, the tools and the sources, and no other system’s libraries', () => {
      const tops = new Set(packed.map((name) => name.split('/').slice(1, 3).join('/')));
      expect([...tops].filter((name) => !name.startsWith('node_modules')).sort()).toEqual([
        'LICENSE',
        'NOTICE',
        'app',
        'app/formats',
        'build',
        'build/electron',
        'build/native',
        'build/renderer',
        'package.json',
      ]);
      expect(
        packed.filter((name) => /\/node_modules\/(electron|vite|vitest|typescript|svelte)\//.test(name)),
      ).toEqual([]);
      expect(packed.filter((name) => name.startsWith('/app/')).map((name) => name.split('/').at(-1))).toEqual(
        expect.arrayContaining(['images-idx3-ubyte.gz', 'labels-idx1-ubyte.gz', 'LICENSE']),
      );
      expect(packed.filter((name) => /^\/app\/.*\.ts$/.test(name))).toEqual([]);
      expect(packed.filter((name) => /\.map$|\.(dll|dylib)$/.test(name))).toEqual([]);
    });

    test('finds every package that it imports, and runs', () => {
      const driver = fileURLToPath(new URL('drive-main.ts', import.meta.url));
      const { stdout, stderr, status } = spawnSync(
        process.execPath,
        [driver, pathToFileURL(join(extracted, 'build', 'electron', 'main.js')).href, '--sample', 'fashion'],
        { encoding: 'utf8', timeout: 60_000, env: { ...process.env, TESSERA_HOME: join(folder, 'home') } },
      );
      expect(status, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        host: { kind: 'electron' },
        projects: [{ name: 'Fashion', images: 2000 }],
        exitCode: 0,
        shown: [],
      });
    });

    test('decodes and judges with the packages that it brings along', () => {
      const script = `
      const sharp = (await import('sharp')).default;
      const wasm = (await import('@img/sharp-wasm32/sharp.node')).default;
      const { InferenceSession } = await import('onnxruntime-node');
      console.log(typeof sharp, typeof wasm, typeof InferenceSession);`;
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        cwd: extracted,
        encoding: 'utf8',
      });
      expect(stdout.trim(), stderr).toBe('function object function');
    });
  });
}

/** A folder that electron-builder takes for Electron: the fuses that it flips, all as they come, and empty files. */
function makeRuntime(folder: string): void {
  mkdirSync(join(folder, 'locales'), { recursive: true });
  mkdirSync(join(folder, 'resources'));
  const { version } = JSON.parse(
    readFileSync(join(root, 'node_modules', 'electron', 'package.json'), 'utf8'),
  ) as {
    version: string;
  };
  // The mark that the fuses stand behind, their version, how many there are, and one digit for each.
  const fuses = `dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\x01\x0810110001`;
  writeFileSync(join(folder, 'electron'), `\x7fELF${'\0'.repeat(64)}${fuses}${'\0'.repeat(64)}`, {
    encoding: 'latin1',
    mode: 0o755,
  });
  writeFileSync(join(folder, 'version'), version);
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'locales/en-US.pak']) {
    writeFileSync(join(folder, name), '');
  }
}
