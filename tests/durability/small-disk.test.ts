import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** Ways to a mount that only one process sees, the first that this machine allows; null where it allows none. */
function namespaceCommand(): string[] | null {
  if (process.platform !== 'linux') return null;
  const ways = [
    ['unshare', '--mount'],
    ['unshare', '--map-root-user', '--mount'],
    ['sudo', '-n', '-E', 'unshare', '--mount'],
  ];
  const trial = 'mount -t tmpfs -o size=1m tmpfs /mnt';
  return (
    ways.find(([command = '', ...args]) => spawnSync(command, [...args, 'sh', '-c', trial]).status === 0) ??
    null
  );
}

const command = namespaceCommand();

/** Skipped, and listed as such, where no small disk can be mounted. */
it.skipIf(command === null)('a full disk, and one that can only be read', { timeout: 180_000 }, async () => {
  const home = mkdtempSync(join(tmpdir(), 'tessera-disk-'));
  const [disk, sources] = ['disk', 'sources'].map((name) => join(home, name)) as [string, string];
  for (const folder of [disk, join(sources, 'few'), join(sources, 'many')])
    mkdirSync(folder, { recursive: true });
  const program = fileURLToPath(new URL('small-disk-child.ts', import.meta.url));
  const script = 'mount -t tmpfs -o size=6m tmpfs "$1" && exec "$2" "$3" "$1" "$4"';
  const [first = '', ...rest] = command ?? [];
  try {
    const child = spawn(
      first,
      [...rest, 'sh', '-c', script, 'sh', disk, process.execPath, program, sources],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, TESSERA_HOME: join(home, 'person') },
      },
    );
    const [said, complained] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    expect(complained).toBe('');
    expect(said).toMatch(/^kept \d+ labels\n$/);
  } finally {
    // What was made as another user is that user's to remove.
    if (first === 'sudo') execFileSync('sudo', ['-n', 'rm', '-rf', home]);
    rmSync(home, { recursive: true, force: true });
  }
});
