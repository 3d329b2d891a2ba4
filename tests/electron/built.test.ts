/** What `npm start` and the installers run is the build: looked at as text, and run in plain Node. */
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addonFile, buildAddon, buildDesktop } from '../../app/setup/prepare.mjs';
import type { Upward } from '../../app/jobs/protocol.ts';
import { importsOf } from '../architecture/imports.ts';
import { packedApp } from './packed-app.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'build', 'electron');
const folder = mkdtempSync(join(tmpdir(), 'tessera-built-'));
const { dependencies, main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  main: string;
};

beforeAll(async () => {
  await buildAddon();
  await buildDesktop();
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const filesOf = (pattern: RegExp): string[] =>
  readdirSync(built, { recursive: true, encoding: 'utf8' }).filter((name) => pattern.test(name));
const textOf = (name: string): string => readFileSync(join(built, name), 'utf8');
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

describe('the build', () => {
  test('begins where package.json says', () => {
    expect(join(root, main)).toBe(join(built, 'main.js'));
    for (const name of ['main.js', 'worker.js', 'preload.cjs'])
      expect(existsSync(join(built, name))).toBe(true);
  });

  test('imports only what is there when it is installed', () => {
    for (const name of filesOf(/\.js$/)) {
      for (const { specifier } of importsOf(name, textOf(name))) {
        if (specifier.startsWith('.')) expect(existsSync(join(built, name, '..', specifier))).toBe(true);
        else if (!specifier.startsWith('node:') && !builtinModules.includes(specifier)) {
          expect(['electron', ...Object.keys(dependencies)], name).toContain(packageOf(specifier));
        }
      }
    }
  });

  test('knows Electron in the main process alone: a worker has none of it', () => {
    const withElectron = filesOf(/\.js$/).filter((name) =>
      importsOf(name, textOf(name)).some(({ specifier }) => specifier === 'electron'),
    );
    expect(withElectron).toEqual(['main.js']);
  });

  test('makes no code out of text', () => {
    for (const name of filesOf(/\.c?js$/)) expect(codeFromText(name, textOf(name))).toEqual([]);
  });

  test('has a preload that is one CommonJS file and requires electron alone', () => {
    const text = textOf('preload.cjs');
    expect([...text.matchAll(/\brequire\(([^)]*)\)/g)].map(([, name]) => name)).toEqual(['"electron"']);
    expect(text).not.toMatch(/^\s*(import|export)\b|\bimport\(/m);
    expect(text.split('\n').length).toBeLessThan(40);
  });
});

/** Every `eval(…)`, `Function(…)` and `new Function(…)` of a file, by its line. */
function codeFromText(name: string, text: string): string[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    if (
      (ts.isCallExpression(node) || ts.isNewExpression(node)) &&
      ts.isIdentifier(node.expression) &&
      ['eval', 'Function'].includes(node.expression.text)
    ) {
      found.push(`${name}:${source.getLineAndCharacterOfPosition(node.pos).line + 1}`);
    }
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

/** What a worker says first. */
async function firstWords(worker: string): Promise<Upward> {
  const child = fork(worker, [], { serialization: 'advanced', execArgv: [] });
  try {
    const [message] = (await once(child, 'message')) as [Upward];
    return message;
  } finally {
    child.kill('SIGKILL');
  }
}

/** The build and the addon somewhere else, as they lie in an installed app. */
function copied(name: string): { worker: string; addon: string } {
  const to = join(folder, name);
  const addon = join(to, addonFile);
  mkdirSync(join(addon, '..'), { recursive: true });
  cpSync(built, join(to, 'build', 'electron'), { recursive: true });
  copyFileSync(join(root, addonFile), addon);
  copyFileSync(join(root, 'package.json'), join(to, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'), 'junction');
  return { worker: join(to, 'build', 'electron', 'worker.js'), addon };
}

describe('the built worker', () => {
  test('loads the addon that it was built with', async () => {
    expect(await firstWords(copied('whole').worker)).toMatchObject({ type: 'ready' });
  });

  test('refuses one that was changed, by a byte, and says so', async () => {
    const { worker, addon } = copied('changed');
    appendFileSync(addon, '\0');
    const said = await firstWords(worker);
    expect(said).toMatchObject({ type: 'unable', error: { code: 'engineUnavailable' } });
    expect(said.type === 'unable' && said.error.message).toContain(
      `${addon} is not the file that this app was built with`,
    );
  });

  test('refuses one that lies where it would be found first', async () => {
    const { worker, addon } = copied('planted');
    const planted = join(worker, '..', addonFile);
    mkdirSync(join(planted, '..'), { recursive: true });
    copyFileSync(addon, planted);
    appendFileSync(planted, '\0');
    expect(await firstWords(worker)).toMatchObject({ type: 'unable', error: { code: 'engineUnavailable' } });
  });
});

test('the built main process opens, answers a page through a worker, and leaves nothing running', () => {
  const driver = fileURLToPath(new URL('drive-main.ts', import.meta.url));
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [driver, pathToFileURL(join(built, 'main.js')).href, '--sample', 'xo'],
    { encoding: 'utf8', timeout: 60_000, env: { ...process.env, TESSERA_HOME: join(folder, 'home') } },
  );
  expect(status, stderr).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    host: {
      kind: 'electron',
      version: '1.2.3',
      isa: expect.any(String) as string,
      threads: expect.any(Number) as number,
      projectsFolder: join(folder, 'home', 'projects'),
    },
    screen: existsSync(join(root, 'build', 'renderer', 'index.html')) ? 200 : 404,
    preload: join(built, 'preload.cjs'),
    exitCode: 0,
    projects: [{ name: 'X and O', images: 600 }],
    workersLeft: 0,
    shown: [],
  });
});

// In this file because two files would build at the same time.
packedApp();
