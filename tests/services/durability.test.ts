import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProjectKeeper } from '../../app/services/project-keeper.ts';
import { EventHub } from '../../app/services/event-hub.ts';
import { databaseFile, imageFile } from '../../app/storage/files.ts';
import { projectStores } from '../../app/storage/projects.ts';
import { codeOf, Harness, pictures, settings } from './harness.ts';
import { forever } from './scripted-runner.ts';

let harness: Harness;
beforeEach(() => {
  harness = new Harness();
});
afterEach(() => harness[Symbol.asyncDispose]());

const pathOf = async (projectId: string) => (await harness.client.projects.get({ projectId })).path;
const until = (isSo: () => boolean | Promise<boolean>) => expect.poll(isSo, { timeout: 10_000 }).toBe(true);

test('a snapshot is restored and the screens are told; the restore is undone by the one that it gives', async () => {
  const projectId = await harness.filledProject(6);
  const { durability, labeling, dataset } = harness.client;
  const taken = await durability.takeSnapshot({ projectId });
  await labeling.label({ projectId, imageIds: [1, 2], classId: null });
  const name = taken?.name ?? '';
  expect(await durability.difference({ projectId, name })).toMatchObject({ relabeled: 2, added: 0 });
  const heard = await harness.listen();
  const { before } = await durability.restore({ projectId, name });
  expect((await dataset.summary({ projectId })).labeled).toBe(6);
  await until(() => heard.some(({ type }) => type === 'dataset'));
  await durability.restore({ projectId, name: before });
  expect((await dataset.summary({ projectId })).labeled).toBe(4);
  expect(await codeOf(durability.restore({ projectId, name: '../x' }))).toBe('snapshotNotFound');
});

test('nothing is restored while the project works on something', async () => {
  const projectId = await harness.filledProject(20);
  const taken = await harness.client.durability.takeSnapshot({ projectId });
  harness.runner.on('train', forever);
  const { jobId } = await harness.client.runs.start({ projectId, settings });
  const restoring = harness.client.durability.restore({ projectId, name: taken?.name ?? '' });
  expect(await codeOf(restoring)).toBe('projectBusy');
  await harness.client.jobs.cancel({ jobId });
});

test('a project that another Tessera has open is shown, cannot be changed, and is taken over', async () => {
  const projectId = await harness.filledProject(6);
  const path = await pathOf(projectId);
  await harness.client.projects.close({ projectId });
  const other = projectStores.open(path);
  const opened = await harness.client.projects.open({ path });
  expect(opened).toMatchObject({ readOnly: 'locked', images: 6 });
  const { labeling, dataset, durability, runs } = harness.client;
  const label = () => labeling.label({ projectId, imageIds: [1], classId: null });
  expect(await codeOf(label())).toBe('projectLocked');
  expect(await codeOf(runs.start({ projectId, settings }))).toBe('projectLocked');
  const startImport = dataset.startImport({ projectId, source: { paths: [harness.home] }, layout: 'auto' });
  expect(await codeOf(startImport)).toBe('projectLocked');
  // What the other one commits is followed.
  const heard = await harness.listen();
  other.label([1, 2], null);
  await until(() => heard.some(({ type }) => type === 'dataset'));
  expect((await dataset.summary({ projectId })).labeled).toBe(4);
  expect(await codeOf(durability.takeOver({ projectId }))).toBe('projectLocked');
  other[Symbol.dispose]();
  expect(await durability.takeOver({ projectId })).toMatchObject({ readOnly: null });
  expect(await codeOf(label())).toBe('none');
  expect((await harness.client.projects.list())[0]).toMatchObject({ readOnly: null, available: true });
});

test('a project whose disk was away and came back as another one is opened anew', async () => {
  const projectId = await harness.filledProject(6);
  const path = await pathOf(projectId);
  const label = () => harness.client.labeling.label({ projectId, imageIds: [1], classId: null });
  const away = `${path} away`;
  cpSync(path, away, { recursive: true });
  rmSync(path, { recursive: true });
  expect(await codeOf(label())).toBe('projectNotWritable');
  // The rest of Tessera goes on.
  expect((await harness.client.projects.list())[0]?.available).toBe(true);
  renameSync(away, path);
  expect(await codeOf(label())).toBe('none');
  expect((await harness.client.dataset.summary({ projectId })).labeled).toBe(5);
  // Another project in its place is not it.
  rmSync(path, { recursive: true });
  projectStores.create(path, 'Another')[Symbol.dispose]();
  expect(await codeOf(label())).toBe('projectNotWritable');
});

test('a damaged project is examined and built anew; originals that nothing knows are imported again', async () => {
  const projectId = await harness.filledProject(4);
  const path = await pathOf(projectId);
  for (const { hash } of pictures(6)) {
    mkdirSync(dirname(imageFile(path, hash)), { recursive: true });
    writeFileSync(imageFile(path, hash), hash);
  }
  await harness.client.durability.takeSnapshot({ projectId });
  await harness.client.projects.close({ projectId });
  writeFileSync(databaseFile(path), 'no database');
  expect(await codeOf(harness.client.projects.open({ path }))).toBe('projectDamaged');
  expect(await codeOf(harness.client.projects.get({ projectId }))).toBe('projectDamaged');
  const damage = await harness.client.durability.examine({ path });
  expect(damage).toMatchObject({ originals: 6, readable: { images: 0 } });
  const snapshot = damage.snapshots[0]?.name ?? null;
  const { project, report, jobId } = await harness.client.durability.salvage({ path, snapshot });
  expect(project).toMatchObject({ id: projectId, images: 4, readOnly: null });
  expect(report).toMatchObject({ images: 4, labeled: 4, unknownOriginals: 2 });
  expect(existsSync(report.movedTo)).toBe(true);
  const task = harness.runner.tasks.findLast(({ kind }) => kind === 'import');
  expect(task).toMatchObject({
    kind: 'import',
    paths: pictures(2, 4).map(({ hash }) => imageFile(path, hash)),
  });
  await harness.settled(jobId ?? '');
});

test('a list of recent projects that cannot be written is no reason to refuse one', async () => {
  mkdirSync(join(harness.home, 'recent.json'));
  const projectId = await harness.project();
  expect(await harness.client.projects.get({ projectId })).toMatchObject({ name: 'Cats' });
});

test('snapshots are taken by themselves: after opening, and then while something changes', async () => {
  const projectId = await harness.filledProject(4);
  const path = await pathOf(projectId);
  await harness.client.projects.close({ projectId });
  const hub = new EventHub();
  const store = projectStores.open(path);
  const kept = new ProjectKeeper(hub, { firstSnapshot: 10, snapshots: 50, following: 10 }).keep(store);
  const count = async () => (await store.snapshots()).length;
  await until(async () => (await count()) === 1);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await count()).toBe(1);
  store.label([1], null);
  await until(async () => (await count()) === 2);
  expect((await store.snapshots()).map(({ reason }) => reason)).toEqual(['interval', 'open']);
  // Not while an import may still be taken back.
  const importId = store.beginImport();
  store.addImages(importId, pictures(2, 100), []);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await count()).toBe(2);
  store.finishImport(importId);
  await until(async () => (await count()) === 3);
  await kept[Symbol.asyncDispose]();
  store[Symbol.dispose]();
});

test('a snapshot that cannot be kept is announced', async () => {
  const projectId = await harness.filledProject(4);
  const path = await pathOf(projectId);
  await harness.client.projects.close({ projectId });
  writeFileSync(join(path, 'snapshots'), 'a file in the way');
  const hub = new EventHub();
  const events = hub.subscribe();
  const store = projectStores.open(path);
  const kept = new ProjectKeeper(hub, { firstSnapshot: 1, snapshots: 60_000, following: 10 }).keep(store);
  const { value } = await events.next();
  expect(value).toMatchObject({ type: 'trouble', projectId, error: { code: 'projectNotWritable' } });
  await kept[Symbol.asyncDispose]();
  store[Symbol.dispose]();
  hub.close();
});
