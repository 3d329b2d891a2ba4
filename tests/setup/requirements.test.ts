import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const requirements = new URL('../../app/setup/requirements.mjs', import.meta.url).href;

/** What is missing on a machine whose only programs are those in `path`. */
function missingWith(path: string): string[] {
  const script = `import { missingRequirements } from '${requirements}'; console.log(JSON.stringify(missingRequirements()))`;
  const env = { PATH: path, CXX: '' };
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env,
    encoding: 'utf8',
  });
  return JSON.parse(stdout) as string[];
}

describe.skipIf(process.platform === 'win32')('what the system must have', () => {
  let empty: string;
  beforeEach(() => {
    empty = mkdtempSync(join(tmpdir(), 'tessera-requirements-'));
  });
  afterEach(() => rmSync(empty, { recursive: true }));

  test('nothing is missing on this machine', () => {
    expect(missingWith(process.env.PATH ?? '')).toEqual([]);
  });

  test('a missing compiler and a missing CMake are named with what to do', () => {
    const missing = missingWith(empty);
    expect(missing).toHaveLength(2);
    expect(missing[0]).toMatch(/^A C\+\+20 compiler is missing\. Install one: /);
    expect(missing[1]).toMatch(/^CMake is missing\. Install it: /);
  });
});
