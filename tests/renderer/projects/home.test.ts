import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Home } from '../../../renderer/features/projects/home.svelte.ts';
import { Harness } from '../../services/harness.ts';
import { forever } from '../../services/scripted-runner.ts';

let harness: Harness;
let home: Home;

beforeEach(async () => {
  harness = new Harness();
  home = new Home(harness.client);
  await home.open();
});
afterEach(() => harness[Symbol.asyncDispose]());

const names = async (): Promise<string[]> => {
  await home.open();
  return (home.projects ?? []).map(({ name }) => name);
};

test('begins without projects, and knows where new ones go', () => {
  expect(home.projects).toEqual([]);
  expect(home.projectsFolder).toBe(join(harness.home, 'projects'));
});

test('a project is made in the projects folder, or where it was asked for', async () => {
  const cats = await home.create('  Cats ');
  expect(cats).toMatchObject({ name: 'Cats', path: join(harness.home, 'projects', 'Cats') });
  const dogs = await home.create('Dogs', join(harness.home, 'elsewhere'));
  expect(dogs?.path).toBe(join(harness.home, 'elsewhere'));
  expect(await names()).toEqual(expect.arrayContaining(['Cats', 'Dogs']));
  expect(home.isBusy).toBe(false);
});

test('a folder that has something else in it is refused, and says so', async () => {
  await home.create('Cats');
  expect(await home.create('Again', join(harness.home, 'projects', 'Cats'))).toBeNull();
  expect(home.error).not.toBeNull();
  expect(home.isBusy).toBe(false);
});

test('taken off the list, the folder stays, and can be opened again', async () => {
  const project = await home.create('Cats');
  if (!project) throw new Error('it was not made');
  expect(await home.forget(project)).toBe(true);
  expect(await names()).toEqual([]);
  expect(existsSync(join(project.path, 'tessera.db'))).toBe(true);
  expect(await home.openFolder(project.path)).toMatchObject({ id: project.id });
});

test('a project that still works on something stays', async () => {
  harness.runner.on('sample', forever);
  const sample = await home.createSample('xo', 'X and O');
  if (!sample) throw new Error('it was not made');
  expect(await home.forget(sample)).toBe(false);
  expect(home.error).toBeNull();
  expect(await names()).toEqual(['X and O']);
  expect((await harness.client.jobs.list()).map(({ status }) => status)).not.toContain('cancelled');
});

test('a project whose folder is gone is shown as such, and can be taken off the list', async () => {
  const project = await home.create('On a stick');
  if (!project) throw new Error('it was not made');
  await harness.client.projects.close({ projectId: project.id });
  await rename(project.path, `${project.path} away`);
  await home.open();
  expect(home.projects).toMatchObject([{ name: 'On a stick', available: false }]);
  expect(await home.forget(project)).toBe(true);
  expect(await names()).toEqual([]);
});

test('a project that is not open can be renamed', async () => {
  const project = await home.create('Cats');
  if (!project) throw new Error('it was not made');
  await harness.client.projects.close({ projectId: project.id });
  await home.rename(project, ' House cats ');
  expect(home.error).toBeNull();
  expect(await names()).toEqual(['House cats']);
});
