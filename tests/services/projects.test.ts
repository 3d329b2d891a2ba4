import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseRecent } from '../../app/services/recent-projects.ts';
import { codeOf, Harness, pictures } from './harness.ts';
import { forever } from './scripted-runner.ts';

let harness: Harness;
beforeEach(() => {
  harness = new Harness();
});
afterEach(() => harness[Symbol.asyncDispose]());

const recentFile = () => join(harness.home, 'recent.json');

describe('a project', () => {
  test('is made in the projects folder under its name, a second one of that name beside it', async () => {
    const { client } = harness;
    const one = (await client.projects.create({ name: 'Cats' })).project;
    const other = (await client.projects.create({ name: 'Cats' })).project;
    expect([one.path, other.path]).toEqual(
      ['Cats', 'Cats 2'].map((name) => join(harness.home, 'projects', name)),
    );
    expect((await client.projects.list()).map(({ id }) => id)).toEqual(
      expect.arrayContaining([one.id, other.id]),
    );
  });

  test.each(['../out', 'a/b', 'con', '...', 'x'.repeat(300)])(
    'called %j stays in the projects folder',
    async (name) => {
      const { project } = await harness.client.projects.create({ name });
      expect(project.name).toBe(name);
      expect(existsSync(join(project.path, 'tessera.db'))).toBe(true);
      expect(join(project.path, '..')).toBe(join(harness.home, 'projects'));
    },
  );

  test('is renamed without moving', async () => {
    const id = await harness.project();
    const renamed = await harness.client.projects.rename({ projectId: id, name: 'Dogs' });
    expect(renamed).toMatchObject({ id, name: 'Dogs' });
    expect(renamed.path.endsWith('Cats')).toBe(true);
  });

  test('stays known after a restart, with its last numbers, and opens when it is asked for', async () => {
    const id = await harness.filledProject(20);
    await harness.restart();
    const [known] = await harness.client.projects.list();
    expect(known).toMatchObject({ id, images: 20, labeled: 20, classes: 2, available: true });
    expect(known?.mosaic).toHaveLength(12);
    expect(await codeOf(harness.client.dataset.summary({ projectId: id }))).toBe('projectNotOpen');
    expect(await harness.client.projects.get({ projectId: id })).toMatchObject({ id });
    expect((await harness.client.dataset.summary({ projectId: id })).images).toBe(20);
  });

  test('that was moved is not available, and is one entry again when it is opened there', async () => {
    const id = await harness.project();
    const { path } = await harness.client.projects.get({ projectId: id });
    await harness.client.projects.close({ projectId: id });
    renameSync(path, `${path} moved`);
    expect(await harness.client.projects.list()).toMatchObject([{ id, available: false }]);
    await harness.client.projects.open({ path: `${path} moved` });
    expect(await harness.client.projects.list()).toMatchObject([
      { id, path: `${path} moved`, available: true },
    ]);
  });

  test('forgotten is off the list, and its folder stays', async () => {
    const id = await harness.project();
    const { path } = await harness.client.projects.get({ projectId: id });
    await harness.client.projects.forget({ projectId: id });
    expect(await harness.client.projects.list()).toEqual([]);
    expect(existsSync(join(path, 'tessera.db'))).toBe(true);
    expect(await harness.client.projects.open({ path })).toMatchObject({ id });
  });

  test('closed ends what it had under way first', async () => {
    const projectId = await harness.filledProject();
    harness.runner.on('import', forever);
    const { jobId } = await harness.client.dataset.startImport({
      projectId,
      source: { paths: [harness.home] },
      layout: 'auto',
    });
    await harness.client.projects.close({ projectId });
    expect((await harness.client.jobs.get({ jobId })).status).toBe('cancelled');
  });

  test('is not made where something lies', async () => {
    const path = join(harness.home, 'full');
    mkdirSync(path);
    writeFileSync(join(path, 'thesis.txt'), 'precious');
    expect(await codeOf(harness.client.projects.create({ name: 'x', path }))).toBe('projectExists');
    expect(readFileSync(join(path, 'thesis.txt'), 'utf8')).toBe('precious');
    expect(await codeOf(harness.client.projects.open({ path }))).toBe('projectNotFound');
  });
});

describe('an import that does not end well', () => {
  test.each([
    ['cancelled', 'cancelled'],
    ['failed', 'failed'],
  ])('because it %s leaves nothing behind', async (how, status) => {
    const projectId = await harness.filledProject(6);
    harness.runner.on('import', ({ listener }) => {
      listener.onImages?.(pictures(10, 100), []);
      return how === 'failed' ? Promise.reject(new Error('the zip is torn')) : forever();
    });
    const { jobId } = await harness.client.dataset.startImport({
      projectId,
      source: { paths: [harness.home] },
      layout: 'auto',
    });
    if (how === 'cancelled') {
      while ((await harness.client.dataset.summary({ projectId })).images === 6) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await harness.client.jobs.cancel({ jobId });
    }
    expect((await harness.settled(jobId)).status).toBe(status);
    expect((await harness.client.dataset.summary({ projectId })).images).toBe(6);
  });

  test('because its source is not there is never begun', async () => {
    const projectId = await harness.project();
    const source = { paths: [join(harness.home, 'nowhere')] };
    const start = harness.client.dataset.startImport({ projectId, source, layout: 'auto' });
    expect(await codeOf(start)).toBe('fileNotFound');
    expect(await harness.client.jobs.list()).toEqual([]);
  });
});

describe('the list of recent projects', () => {
  test.each(['', '{', 'null', '{"a":1}', '[1,{"id":2}]'])(
    'with %j in it counts as empty, and is replaced',
    async (text) => {
      writeFileSync(recentFile(), text);
      expect(await harness.client.projects.list()).toEqual([]);
      const id = await harness.project();
      expect(await harness.client.projects.list()).toMatchObject([{ id }]);
    },
  );

  test('keeps what can be read of it', async () => {
    const id = await harness.project();
    const entries = JSON.parse(readFileSync(recentFile(), 'utf8')) as unknown[];
    expect(parseRecent(JSON.stringify([{ id: 7 }, ...entries, 'x'])).map((each) => each.id)).toEqual([id]);
  });

  test('that is gone is no reason to fail', async () => {
    const id = await harness.project();
    rmSync(recentFile());
    expect(await harness.client.projects.list()).toEqual([]);
    expect(await harness.client.projects.get({ projectId: id })).toMatchObject({ id });
  });
});
