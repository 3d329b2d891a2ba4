import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { violationsOf } from './violations.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function sourceFiles(): string[] {
  return ['app', 'renderer', 'native', 'tests'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|mjs|js|svelte|cpp|cc|h|hpp)$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')),
  );
}

describe('the tree', () => {
  const files = sourceFiles();

  test('is there', () => expect(files.length).toBeGreaterThan(50));

  test('keeps the import table', () => {
    const broken = files.flatMap((path) => violationsOf(path, readFileSync(join(root, path), 'utf8')));
    expect(broken.join('\n')).toBe('');
  });
});

describe('a forbidden import is named with its rule', () => {
  test.each([
    ['app/core/dataset/x.ts', `import fs from 'node:fs';`, 'core may not import the package node:fs'],
    ['app/core/x.ts', `import { Store } from '../storage/x.ts';`, 'core may not import storage'],
    ['app/contract/x.ts', `export type { A } from '../core/a.ts';`, 'contract may not import core'],
    ['app/jobs/worker.ts', `import '../storage/store.ts';`, 'jobs may not import storage'],
    [
      'app/services/runs.ts',
      `const m = await import('../storage/store.ts');`,
      'services may not import storage',
    ],
    ['app/services/compose.ts', `import '../hosts/web/server.ts';`, 'services know no host'],
    [
      'app/hosts/cli/main.ts',
      `import { app } from 'electron';`,
      'electron is imported in app/hosts/electron/',
    ],
    ['app/hosts/web/server.ts', `import '../../formats/npy.ts';`, 'hosts may not import formats'],
    ['app/setup/x.mjs', `import 'vite';`, 'setup may not import the package vite'],
    [
      'renderer/ui/X.svelte',
      `<p>hi</p>\n<script lang="ts">\nimport '../../app/core/x.ts';\n</script>`,
      'renderer may not import core',
    ],
    [
      'renderer/features/training/x.ts',
      `import '../dataset/y.ts';`,
      'the feature training may not import the feature dataset',
    ],
    ['native/kernels/ref/gemm.cpp', `#include <napi.h>`, 'only native/addon knows Node-API'],
    ['native/kernels/ref/gemm.cpp', `#include "../../network/plan.h"`, 'addon → network → kernels'],
  ])('%s: %s', (path, text, sentence) => {
    const broken = violationsOf(path, text);
    expect(broken).toHaveLength(1);
    expect(broken[0]).toContain(sentence);
    expect(broken[0]).toContain(`${path}:`);
  });

  test('and the line is right in a component', () => {
    const component = `<p>hi</p>\n\n<script lang="ts">\n  import '../../app/core/x.ts';\n</script>`;
    expect(violationsOf('renderer/ui/X.svelte', component)[0]).toContain('X.svelte:4 ');
  });
});

describe('what the table allows passes', () => {
  test.each([
    ['app/core/x.ts', `import { z } from '../contract/index.ts';`],
    ['app/services/compose.ts', `import '../storage/index.ts'; import '../jobs/supervisor.ts';`],
    ['app/jobs/tasks/train.ts', `import { planFile } from '../../storage/files.ts';`],
    ['app/hosts/electron/main.ts', `import { app } from 'electron';`],
    ['renderer/features/training/x.ts', `import '../../ui/y.ts'; import 'svelte/reactivity';`],
    ['native/addon/network.cpp', `#include <napi.h>\n#include "../network/network.h"`],
  ])('%s', (path, text) => expect(violationsOf(path, text)).toEqual([]));
});
