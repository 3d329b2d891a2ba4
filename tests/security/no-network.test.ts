import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../app/hosts/cli/main.ts', import.meta.url));
const watch = pathToFileURL(fileURLToPath(new URL('connection-watch.mjs', import.meta.url))).href;

let home: string;
let running: ChildProcess | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tessera-alone-'));
});
afterEach(() => {
  running?.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

/** A program that is run where no network is; null where this machine does not let us make such a place. */
function withoutNetwork(): string[] | null {
  if (process.platform !== 'linux') return null;
  const ways = [
    ['unshare', '--net'],
    ['unshare', '--map-root-user', '--net'],
  ];
  return ways.find(([command = '', ...args]) => spawnSync(command, [...args, 'true']).status === 0) ?? null;
}

async function run(before: readonly string[], env: NodeJS.ProcessEnv, ...args: string[]): Promise<void> {
  const [command = '', ...rest] = [...before, process.execPath, program, ...args];
  const child = spawn(command, rest, {
    cwd: home,
    env: { ...process.env, TESSERA_HOME: join(home, 'person'), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running = child;
  const ended = new Promise((resolve) => child.once('close', resolve));
  const [said, code] = await Promise.all([text(child.stderr), ended]);
  expect(code, said).toBe(0);
}

/** From nothing to an exported model. */
async function wholeWay(before: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  await run(before, env, 'create', 'xo', '--sample', 'xo');
  await run(before, env, 'train', 'xo', '--model', 'small-cnn', '--epochs', '1');
  await run(before, env, 'export', 'xo', '--format', 'onnx', '--out', 'model.onnx');
  expect(existsSync(join(home, 'model.onnx'))).toBe(true);
}

test(
  'the way from a sample to an exported model asks for no connection and no name',
  { timeout: 240_000 },
  async () => {
    const file = join(home, 'connections');
    const env = { TESSERA_CONNECTIONS: file, NODE_OPTIONS: `--import=${watch}` };
    await wholeWay([], env);
    expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe('');

    // The watch would have seen one.
    const asked = `fetch('http://127.0.0.1:59999').catch(() => undefined)`;
    spawnSync(process.execPath, ['-e', asked], { env: { ...process.env, ...env } });
    expect(readFileSync(file, 'utf8')).toContain('connect');
  },
);

const place = withoutNetwork();

/** Skipped, and listed as such, where no such place can be made. */
test.skipIf(place === null)('it works where there is no network at all', { timeout: 240_000 }, async () => {
  await wholeWay(place ?? []);
});
