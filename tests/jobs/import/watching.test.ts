import { rmSync, utimesSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorFromWire } from '../../../app/contract/index.ts';
import { spawnNodeWorker } from '../../../app/jobs/spawn-node.ts';
import { Supervisor } from '../../../app/jobs/supervisor.ts';
import { assembleServices, type Services } from '../../../app/services/assemble.ts';
import { newFiles } from '../../../app/services/new-files.ts';
import * as files from '../../../app/storage/files.ts';
import { projectStores } from '../../../app/storage/projects.ts';
import { png, TempFolder } from '../../formats/layouts/sources.ts';

let home: TempFolder;
let watched: TempFolder;
let services: Services;
let projectId: string;

function start(kind: 'web' | 'cli' = 'web'): void {
  services = assembleServices({
    stores: projectStores,
    files,
    runner: new Supervisor(spawnNodeWorker),
    folders: { data: home.path, projects: home.at('projects') },
    host: { kind, version: '0.0.0' },
    watchTimes: { quiet: 50, rescan: 300 },
  });
}
const client = () => createRouterClient(services.router);

beforeEach(async () => {
  home = new TempFolder();
  watched = new TempFolder();
  start();
  const { project } = await client().projects.create({ name: 'Watch', path: home.at('project') });
  projectId = project.id;
});
afterEach(async () => {
  await services.dispose();
  home[Symbol.dispose]();
  watched[Symbol.dispose]();
});

/** Files that have lain there for a while. */
function put(...names: string[]): void {
  names.forEach((name) => {
    watched.put({ [name]: png(crc32(name)) });
    utimesSync(watched.at(name), 1000, 1000);
  });
}

async function names(): Promise<string[]> {
  const { images } = await client().dataset.images({ projectId, filter: {}, offset: 0, limit: 100 });
  return images.map(({ name }) => name).toSorted();
}

/** Waits until the project holds so many pictures and no job is under way. */
async function until(count: number): Promise<void> {
  for (;;) {
    const jobs = await client().jobs.list();
    const areOver = jobs.every(({ status }) => status === 'done');
    if (areOver && (await names()).length === count) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('takes in what is there and what comes, once, also after a restart', async () => {
  put('cat/1.png', 'dog/2.png');
  expect(await client().dataset.watchFolder({ projectId, path: watched.path })).toMatchObject([
    { path: watched.path, available: true },
  ]);
  await until(2);
  put('cat/3.png');
  await until(3);
  expect(await names()).toEqual(['cat/1.png', 'cat/3.png', 'dog/2.png']);
  const classes = await client().dataset.classes({ projectId });
  expect(classes.map(({ name, total }) => [name, total])).toEqual([
    ['cat', 2],
    ['dog', 1],
  ]);
  // What the person throws away does not come back.
  const [first] = await client().dataset.imageIds({ projectId, filter: {} });
  await client().dataset.deleteImages({ projectId, imageIds: [first ?? 0] });
  const imports = (await client().jobs.list()).length;
  await pause(1000);
  expect(await names()).toHaveLength(2);
  expect(await client().jobs.list()).toHaveLength(imports);

  await services.dispose();
  put('dog/4.png');
  start();
  await client().projects.open({ path: home.at('project') });
  await until(3);
  expect(await names()).toContain('dog/4.png');
  expect(await client().dataset.watchedFolders({ projectId })).toMatchObject([{ files: 4 }]);
});

test('a folder that is not watched any more, or is away, brings nothing', async () => {
  put('cat/1.png');
  const [folder] = await client().dataset.watchFolder({ projectId, path: watched.path });
  await until(1);
  expect(await client().dataset.unwatchFolder({ projectId, folderId: folder?.id ?? 0 })).toEqual([]);
  put('cat/2.png');
  await pause(800);
  expect(await names()).toEqual(['cat/1.png']);
  await client().dataset.watchFolder({ projectId, path: watched.path });
  rmSync(watched.path, { recursive: true });
  expect(await client().dataset.watchedFolders({ projectId })).toMatchObject([{ available: false }]);
});

test('a command of the terminal takes in nothing by itself', async () => {
  await client().dataset.watchFolder({ projectId, path: watched.path });
  await services.dispose();
  put('cat/1.png');
  start('cli');
  await client().projects.open({ path: home.at('project') });
  await pause(800);
  expect(await client().jobs.list()).toEqual([]);
});

test('neither a file, nor what is not there, nor the project itself', async () => {
  put('cat/1.png');
  const codeOf = (path: string): Promise<string> =>
    client()
      .dataset.watchFolder({ projectId, path })
      .then(
        () => 'none',
        (error: unknown) => errorFromWire(error).code,
      );
  expect(await codeOf(watched.at('cat/1.png'))).toBe('invalidInput');
  expect(await codeOf(watched.at('gone'))).toBe('fileNotFound');
  expect(await codeOf(home.path)).toBe('invalidInput');
  expect(await codeOf(home.at('project/images'))).not.toBe('none');
});

test('what is still being written is left for later; hidden files are no news', async () => {
  put('a/1.png', 'a/.2.png', '.b/3.png');
  watched.put({ 'a/4.png': png(4) });
  const news = await newFiles(watched.path, new Map(), Date.now());
  expect([...(news?.files.keys() ?? [])]).toEqual([watched.at('a/1.png')]);
  expect(news?.isSettling).toBe(true);
  expect(await newFiles(watched.at('gone'), new Map(), 0)).toBeNull();
});
