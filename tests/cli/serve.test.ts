import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { once } from 'node:events';
import { delimiter } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CommandLine } from './command-line.ts';

let cli: CommandLine;
beforeAll(() => {
  cli = new CommandLine();
});
afterAll(() => cli[Symbol.dispose]());

/** Starts the browser host; resolves when it has printed its address. */
async function serving(args: string[], env: NodeJS.ProcessEnv = {}) {
  const started = cli.start(['serve', ...args], env);
  const [line] = (await once(started.lines, 'line')) as [string];
  return { ...started, line };
}

test('prints its address, answers there, and ends when it is asked to', async () => {
  const { child, ended, line, stderr } = await serving(['--json']);
  const { url, ...rest } = JSON.parse(line) as { url: string };
  expect(rest).toEqual({});
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/);
  expect((await fetch(url)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  // The token stands in the address and nowhere else.
  expect(await stderr).toBe('');
  await expect(fetch(url)).rejects.toThrow();
});

test('prints the bare address for people, opens a project, and has a sample ready', async () => {
  await cli.json('create', 'mine');
  const { child, ended, line } = await serving(['mine', '--sample', 'xo']);
  expect(line).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/);
  expect(statSync(cli.path('data', 'projects', 'X and O', 'tessera.db')).isFile()).toBe(true);
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});

test('says that its port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  expect(await cli.failure('serve', '--port', String(port))).toBe(
    `--port ${port} is not valid: another program uses it; choose another one, or 0 for any that is free`,
  );
  other.close();
});

test('says that the computer does not have an address', async () => {
  expect(await cli.failure('serve', '--address', '192.0.2.1')).toContain('--address 192.0.2.1 is not valid');
});

const own = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

test.skipIf(own === undefined)('warns where others can reach it', async () => {
  const { child, ended, line, stderr } = await serving(['--address', own ?? '', '--json']);
  expect((JSON.parse(line) as { url: string }).url).toContain(`http://${own}:`);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(await stderr).toMatch(/^Warning: everybody who can reach .+ without encryption\.\n$/);
});

test.skipIf(process.platform !== 'linux')(
  'opens the browser without naming the token to anybody',
  async () => {
    const bin = cli.path('bin');
    mkdirSync(bin);
    const called = cli.path('called');
    writeFileSync(
      `${bin}/xdg-open`,
      `#!/bin/sh\ncat "$1" > '${called}.page'\nls -l "$1" > '${called}.mode'\necho "$@" > '${called}.tmp'\nmv '${called}.tmp' '${called}'\n`,
    );
    chmodSync(`${bin}/xdg-open`, 0o755);
    const { child, ended, line } = await serving(['--open', '--json'], {
      PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
    });
    const { url } = JSON.parse(line) as { url: string };
    const token = url.slice(url.indexOf('#token=') + '#token='.length);
    while (statSync(called, { throwIfNoEntry: false }) === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(readFileSync(called, 'utf8')).not.toContain(token);
    expect(readFileSync(`${called}.page`, 'utf8')).toContain(url);
    expect(readFileSync(`${called}.mode`, 'utf8')).toMatch(/^-rw-------/);
    // What everybody on this computer sees of the process itself.
    expect(readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')).not.toContain(token);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(statSync(readFileSync(called, 'utf8').trim(), { throwIfNoEntry: false })).toBeUndefined();
  },
);
