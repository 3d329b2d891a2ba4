import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  checkpointFile,
  databaseFile,
  exportsFolder,
  imageFile,
  pixelCacheFile,
  planFile,
  renderedFile,
  runFolder,
  thumbnailFile,
  writeFileAtomic,
} from '../../app/storage/files.ts';
import { syncNames, writeMany, writeManyAtomic } from '../../app/storage/many-files.ts';
import { writeFileAtomicSync } from '../../app/storage/write-sync.ts';
import { expectError, sha256, temporaryFolder } from './support.ts';

const hash = sha256('a picture');
const inProject = (...parts: string[]): string => join('/p', ...parts);

describe('paths inside a project', () => {
  it('are those of the design', () => {
    const two = hash.slice(0, 2);
    expect(imageFile('/p', hash)).toBe(inProject('images', two, hash));
    expect(thumbnailFile('/p', hash)).toBe(inProject('cache', 'thumbs', two, `${hash}.webp`));
    expect(renderedFile('/p', hash)).toBe(inProject('cache', 'full', two, `${hash}.png`));
    expect(pixelCacheFile('/p', 'key-28x28.bin')).toBe(inProject('cache', 'pixels', 'key-28x28.bin'));
    expect(runFolder('/p', 'r1')).toBe(inProject('runs', 'r1'));
    expect(planFile('/p', 'r1')).toBe(inProject('runs', 'r1', 'plan.json'));
    expect(checkpointFile('/p', 'r1', 'best')).toBe(inProject('runs', 'r1', 'best.safetensors'));
    expect(exportsFolder('/p')).toBe(inProject('exports'));
    expect(databaseFile('/p')).toBe(inProject('tessera.db'));
  });

  it.each(['..', '.', '', '../other', 'a/b', 'a\\b', '/etc', 'C:x', '.hidden', 'a\0b', 'a\n'])(
    'never lead out of it: %j',
    (name) => {
      for (const path of [imageFile, thumbnailFile, renderedFile, pixelCacheFile, runFolder, planFile]) {
        expectError(() => path('/p', name), 'invalidInput');
      }
    },
  );
});

describe.each([
  ['writeFileAtomic', writeFileAtomic],
  [
    'writeFileAtomicSync',
    (path: string, data: string) =>
      Promise.resolve().then(() => {
        writeFileAtomicSync(path, data);
      }),
  ],
])('%s', (_name, write) => {
  it('makes the folder, writes, and replaces, with nothing left beside', async () => {
    const folder = join(temporaryFolder(), 'a', 'b');
    const path = join(folder, 'file');
    await write(path, 'one');
    await write(path, 'two');
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('leaves what was there, and nothing else, when it fails', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'taken');
    mkdirSync(join(path, 'by a folder'), { recursive: true });
    await expect(write(path, 'data')).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['taken']);
    expect(readdirSync(path)).toEqual(['by a folder']);
  });
});

describe('writeManyAtomic', () => {
  it('writes all, into folders of their own', async () => {
    const root = temporaryFolder();
    const files = Array.from({ length: 2000 }, (_, n) => {
      const data = Buffer.from(`picture ${n}`);
      return { path: imageFile(root, sha256(data)), data };
    });
    await writeManyAtomic(files);
    for (const { path, data } of files) expect(readFileSync(path)).toEqual(data);
    const written = readdirSync(join(root, 'images'), { recursive: true, withFileTypes: true });
    expect(written.filter((each) => each.isFile())).toHaveLength(2000);
  });

  it('leaves files alone that exist, and takes the same path twice', async () => {
    const folder = temporaryFolder();
    const [old, fresh] = [join(folder, 'old'), join(folder, 'fresh')];
    writeFileSync(old, 'as it was');
    const before = statSync(old).mtimeMs;
    await writeManyAtomic([old, fresh, fresh].map((path) => ({ path, data: Buffer.from('new') })));
    expect(readFileSync(old, 'utf8')).toBe('as it was');
    expect(statSync(old).mtimeMs).toBe(before);
    expect(readFileSync(fresh, 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(['fresh', 'old']);
  });

  it('fails when one of them cannot be written', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const files = [{ path: join(folder, 'file', 'below'), data: Buffer.from('x') }];
    await expect(writeManyAtomic(files)).rejects.toThrow();
  });

  it('does nothing for nothing', async () => {
    await writeManyAtomic([]);
  });

  it('in two halves: whole files first, then their names; a folder that is gone is not said to be synced', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a', 'file');
    await writeMany([{ path, data: Buffer.from('whole') }]);
    expect(readFileSync(path, 'utf8')).toBe('whole');
    expect(readdirSync(join(folder, 'a'))).toEqual(['file']);
    await syncNames([path, path]);
    if (process.platform === 'win32') return;
    await expect(syncNames([join(folder, 'b', 'file')])).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a check before a file takes its name', () => {
  it('sees the whole file; what was there before is replaced only after it', async () => {
    const path = join(temporaryFolder(), 'model');
    writeFileSync(path, 'old');
    await writeFileAtomic(path, 'new', (temporary) => {
      expect([readFileSync(temporary, 'utf8'), readFileSync(path, 'utf8')]).toEqual(['new', 'old']);
      return Promise.resolve();
    });
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it('leaves everything as it was when it throws', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'model');
    writeFileSync(path, 'old');
    const refusal = new Error('not good');
    await expect(writeFileAtomic(path, 'new', () => Promise.reject(refusal))).rejects.toBe(refusal);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['model']);
  });
});

it.skipIf(process.platform !== 'linux')('a folder that cannot be made is an error, not a wait', async () => {
  await expect(writeFileAtomic('/proc/nowhere/below/file', 'x')).rejects.toMatchObject({ code: 'ENOENT' });
});

describe('kill -9 while a file is replaced', () => {
  it('leaves one version or the other, whole', async () => {
    const path = join(temporaryFolder(), 'checkpoint');
    const fixture = fileURLToPath(new URL('fixtures/replace-forever.ts', import.meta.url));
    for (let round = 0; round < 6; round++) {
      const child = spawn(process.execPath, [fixture, path], { stdio: 'inherit' });
      while (!existsSync(path)) await sleep(5);
      await sleep(60 + round * 17);
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      const bytes = readFileSync(path);
      expect(bytes.length).toBe(2_000_000);
      expect(new Set(bytes).size).toBe(1);
    }
  });
});
