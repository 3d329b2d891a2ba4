import { afterEach, beforeEach, expect, test } from 'vitest';
import { Dataset, type Changed } from '../../../renderer/features/dataset/dataset.svelte.ts';
import { Harness } from '../../services/harness.ts';

let harness: Harness;
let projectId: string;
let dataset: Dataset;
let changed: Changed[];

beforeEach(async () => {
  harness = new Harness();
  projectId = await harness.filledProject(20);
  changed = [];
  dataset = new Dataset(harness.client, projectId, (entry) => changed.push(entry));
  await dataset.read();
});
afterEach(() => harness[Symbol.asyncDispose]());

const ids = (): Promise<number[]> => harness.client.dataset.imageIds({ projectId, filter: {} });
const counts = (): [string, number][] => dataset.classes.map(({ name, total }) => [name, total]);

test('a label can be taken back, and given once more', async () => {
  const [first, second] = await ids();
  const dog = dataset.classes.find(({ name }) => name === 'dog');
  await dataset.label([first ?? 0, second ?? 0], dog?.id ?? 0);
  expect(changed).toMatchObject([{ kind: 'label', images: 1, summary: 'dog' }]);
  await dataset.read();
  expect(counts()).toEqual([
    ['cat', 9],
    ['dog', 11],
  ]);
  expect(await dataset.undo()).toMatchObject({ kind: 'label', images: 1 });
  await dataset.read();
  expect(counts()).toEqual([
    ['cat', 10],
    ['dog', 10],
  ]);
  expect(await dataset.redo()).toMatchObject({ kind: 'label', images: 1 });
});

test('what changed nothing offers no undo: it would take back something else', async () => {
  const all = await ids();
  await dataset.move(all, 'test');
  await dataset.move(all, 'test');
  expect(changed).toHaveLength(1);
  expect(dataset.error).toBeNull();
});

test('pictures that were deleted come back', async () => {
  const all = await ids();
  await dataset.remove(all.slice(0, 5));
  await dataset.read();
  expect(dataset.summary?.images).toBe(15);
  await dataset.undo();
  await dataset.read();
  expect(dataset.summary?.images).toBe(20);
  expect(await ids()).toEqual(all);
});

test('percents become splits', async () => {
  await dataset.assignSplits({ train: 50, val: 30, test: 20 }, 7, false);
  await dataset.read();
  expect(dataset.summary).toMatchObject({ train: 10, val: 6, test: 4 });
});

test('nothing to undo is an error that is shown, not thrown', async () => {
  expect(await dataset.undo()).toBeNull();
  expect(dataset.error).not.toBeNull();
});

test('events of other projects do not concern it', () => {
  expect(dataset.concerns({ type: 'dataset', projectId })).toBe(true);
  expect(dataset.concerns({ type: 'dataset', projectId: 'another' })).toBe(false);
  expect(dataset.concerns({ type: 'reconnected' })).toBe(true);
  expect(dataset.concerns({ type: 'projects' })).toBe(false);
});
