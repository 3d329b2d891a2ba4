import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

// svelte-check stops seeing components with some TypeScript versions; this notices.
let folder: string;
beforeEach(() => {
  mkdirSync(join(root, 'build'), { recursive: true });
  folder = mkdtempSync(join(root, 'build', 'canary-'));
  writeFileSync(join(folder, 'tsconfig.json'), '{ "extends": "../../tsconfig.json", "include": ["."] }');
});
afterEach(() => rmSync(folder, { recursive: true }));

function svelteCheck(component: string): { status: number | null; output: string } {
  writeFileSync(join(folder, 'Canary.svelte'), component);
  const program = join(root, 'node_modules', 'svelte-check', 'bin', 'svelte-check');
  const { status, stdout } = spawnSync(
    process.execPath,
    [program, '--tsconfig', join(folder, 'tsconfig.json'), '--workspace', folder, '--output', 'human'],
    { encoding: 'utf8' },
  );
  return { status, output: stdout };
}

test('a component with a wrong type fails the check', () => {
  const { status, output } = svelteCheck('<script lang="ts">const count: number = "one";</script>{count}');
  expect(status).not.toBe(0);
  expect(output).toContain("Type 'string' is not assignable to type 'number'");
});

test('a right one passes', () => {
  const { status } = svelteCheck('<script lang="ts">const count: number = 1;</script>{count}');
  expect(status).toBe(0);
});
