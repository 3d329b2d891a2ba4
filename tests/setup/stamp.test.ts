import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isConfiguredFor } from '../../app/setup/stamp.mjs';

test('what CMake remembers of another checkout is not built on', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-stamp-'));
  const source = join(folder, 'native');
  const remembered = (home: string) =>
    writeFileSync(
      join(folder, 'CMakeCache.txt'),
      `CMAKE_GENERATOR:INTERNAL=Ninja\n//Source directory\nCMAKE_HOME_DIRECTORY:INTERNAL=${home}\n`,
    );
  try {
    expect(isConfiguredFor(source, folder)).toBe(true);
    remembered(source.replaceAll('\\', '/'));
    expect(isConfiguredFor(source, folder)).toBe(true);
    remembered(`${source}-copy`);
    expect(isConfiguredFor(source, folder)).toBe(false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
