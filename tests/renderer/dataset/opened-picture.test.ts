import { afterEach, beforeEach, expect, test } from 'vitest';
import { OpenedPicture } from '../../../renderer/features/dataset/opened-picture.svelte.ts';
import { Harness } from '../../services/harness.ts';

let harness: Harness;
let projectId: string;
let ids: number[];
let opened: OpenedPicture;

beforeEach(async () => {
  harness = new Harness();
  projectId = await harness.filledProject(6);
  ids = await harness.client.dataset.imageIds({ projectId, filter: {} });
  opened = new OpenedPicture(harness.client, projectId);
});
afterEach(() => harness[Symbol.asyncDispose]());

test('knows its place in the list and its neighbours', async () => {
  expect(await opened.show(ids[1] ?? 0, {})).toBe(true);
  expect([opened.row?.id, opened.index]).toEqual([ids[1], 1]);
  expect([opened.neighbour(-1), opened.neighbour(1)]).toEqual([ids[0], ids[2]]);
  await opened.show(ids[0] ?? 0, {});
  expect(opened.neighbour(-1)).toBeNull();
});

test('a label that takes it out of the filter leaves it in its place', async () => {
  const [cat, dog] = await harness.client.dataset.classes({ projectId });
  const cats = { classId: cat?.id ?? 0 };
  await opened.show(ids[2] ?? 0, cats);
  expect(opened.ids).toEqual([ids[0], ids[2], ids[4]]);
  await harness.client.labeling.label({ projectId, imageIds: [ids[2] ?? 0], classId: dog?.id ?? 0 });
  expect(await opened.readAgain()).toBe(true);
  expect(opened.row?.classId).toBe(dog?.id);
  expect(opened.neighbour(1)).toBe(ids[4]);
});

test('a picture that is gone is not there', async () => {
  await opened.show(ids[0] ?? 0, {});
  await harness.client.dataset.deleteImages({ projectId, imageIds: [ids[0] ?? 0] });
  expect(await opened.readAgain()).toBe(false);
  expect(await opened.show(987_654, {})).toBe(false);
});

test('closing forgets the list', async () => {
  await opened.show(ids[0] ?? 0, {});
  expect(await opened.show(null, {})).toBe(true);
  expect([opened.row, opened.ids]).toEqual([null, []]);
  expect(await opened.readAgain()).toBe(true);
});
