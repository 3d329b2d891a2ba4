import { afterEach, beforeEach, expect, test } from 'vitest';
import { TesseraError, type ClassInfo } from '../../../app/contract/index.ts';
import { Labeling } from '../../../renderer/features/labeling/labeling.svelte.ts';
import { Harness } from '../../services/harness.ts';

let harness: Harness;
let projectId: string;

beforeEach(async () => {
  harness = new Harness();
  projectId = await harness.filledProject(20);
});
afterEach(() => harness[Symbol.asyncDispose]());

async function open(shown: string | null = null, pictureId: number | null = null): Promise<Labeling> {
  const labeling = new Labeling(harness.client, projectId);
  await labeling.show(shown, pictureId);
  expect(labeling.error).toBeNull();
  return labeling;
}

function classNamed(labeling: Labeling, name: string): ClassInfo {
  const found = labeling.classes?.find((one) => one.name === name);
  if (!found) throw new Error(`there is no class ${name}`);
  return found;
}

const stored = async (imageId: number | undefined): Promise<number | null | undefined> =>
  (
    await harness.client.dataset.images({
      projectId,
      filter: { ids: [imageId ?? 0] },
      offset: 0,
      limit: 1,
    })
  ).images[0]?.classId;

test('a label is shown and counted at once, the next picture comes up, and the store has it', async () => {
  const labeling = await open();
  const first = labeling.current;
  const dog = classNamed(labeling, 'dog');
  expect(labeling.classOf(first?.classId ?? null)?.name).toBe('cat');

  labeling.labelAndAdvance(dog);
  expect(labeling.position).toBe(1);
  expect(labeling.pictures.at(0)?.classId).toBe(dog.id);
  expect(classNamed(labeling, 'dog').total).toBe(11);
  expect(labeling.saves.hasSaved).toBe(false);

  await labeling.saves.idle();
  expect(await stored(first?.id)).toBe(dog.id);
});

test('it begins at the picture of the address, else at the first without a label', async () => {
  const [, , third, fourth] = await harness.client.dataset.imageIds({ projectId, filter: {} });
  await harness.client.labeling.label({ projectId, imageIds: [third ?? 0], classId: null });
  expect((await open()).position).toBe(2);
  expect((await open(null, fourth ?? null)).position).toBe(3);
  const unlabeled = await open('unlabeled', 999_999);
  expect(unlabeled.pictures.ids).toEqual([third]);
});

test('a picture stays in the list when its label no longer fits the filter', async () => {
  const ids = await harness.client.dataset.imageIds({ projectId, filter: {} });
  await harness.client.labeling.label({ projectId, imageIds: ids.slice(0, 3), classId: null });
  const labeling = await open('unlabeled');
  labeling.labelAndAdvance(classNamed(labeling, 'cat'));
  await labeling.saves.idle();
  expect(labeling.pictures.ids).toEqual(ids.slice(0, 3));
  await labeling.goToUnlabeled();
  expect(labeling.position).toBe(2);
  await labeling.goToUnlabeled();
  expect(labeling.position).toBe(1);
});

test('undo goes to the picture that it changed, and redo does it again', async () => {
  const labeling = await open();
  const dog = classNamed(labeling, 'dog');
  labeling.labelAndAdvance(dog);
  labeling.labelAndAdvance(dog);
  labeling.labelAndAdvance(dog);
  await labeling.saves.idle();
  await labeling.go(15);

  await labeling.undo();
  // The second was a dog already, so that two labels were journalled; the third picture is the last of them.
  expect(labeling.position).toBe(2);
  expect(labeling.current?.classId).toBe(classNamed(labeling, 'cat').id);
  expect(labeling.lastStep?.direction).toBe('undo');
  expect(labeling.summary?.canRedo).toBe(true);
  await labeling.redo();
  expect(labeling.current?.classId).toBe(dog.id);
});

test('undo after a restart takes back what was labeled before it', async () => {
  const before = await open();
  const [first] = before.pictures.ids;
  before.labelAndAdvance(classNamed(before, 'dog'));
  await before.saves.idle();
  await harness.restart();
  await harness.client.projects.list().then(([project]) => {
    return harness.client.projects.open({ path: project?.path ?? '' });
  });

  const labeling = await open(null, 5);
  await labeling.undo();
  expect(labeling.error).toBeNull();
  expect(labeling.position).toBe(0);
  expect(await stored(first)).toBe(classNamed(labeling, 'cat').id);
});

test('a label that was not saved is taken back, kept, and can be saved again', async () => {
  const refusals = [new TesseraError('connectionLost')];
  const labeling = new Labeling(
    {
      dataset: harness.client.dataset,
      labeling: {
        createClass: harness.client.labeling.createClass,
        renameClass: harness.client.labeling.renameClass,
        changeClass: harness.client.labeling.changeClass,
        reorderClasses: harness.client.labeling.reorderClasses,
        mergeClasses: harness.client.labeling.mergeClasses,
        deleteClass: harness.client.labeling.deleteClass,
        startSuggestions: harness.client.labeling.startSuggestions,
        acceptSuggestions: harness.client.labeling.acceptSuggestions,
        undo: harness.client.labeling.undo,
        redo: harness.client.labeling.redo,
        history: harness.client.labeling.history,
        label: (input) => {
          const refusal = refusals.pop();
          return refusal ? Promise.reject(refusal) : harness.client.labeling.label(input);
        },
      },
    },
    projectId,
  );
  await labeling.show(null, null);
  const { id, classId } = labeling.current ?? { id: 0, classId: null };
  const dog = classNamed(labeling, 'dog');

  await labeling.label([id], dog);
  expect(labeling.pictures.at(0)?.classId).toBe(classId);
  expect(labeling.failures).toMatchObject([{ imageIds: [id], to: { name: 'dog' } }]);
  expect(labeling.failures[0]?.error.code).toBe('connectionLost');
  expect(classNamed(labeling, 'dog').total).toBe(10);
  expect(await stored(id)).toBe(classId);

  await labeling.tryAgain();
  expect(labeling.failures).toEqual([]);
  expect(labeling.pictures.at(0)?.classId).toBe(dog.id);
  expect(await stored(id)).toBe(dog.id);
  labeling.close();
});

test('pictures that are excluded stay in the list, wait for no label any more, and undo takes them in again', async () => {
  const ids = await harness.client.dataset.imageIds({ projectId, filter: {} });
  await harness.client.labeling.label({ projectId, imageIds: ids.slice(4, 6), classId: null });
  const labeling = await open();
  expect(labeling.position).toBe(4);
  await labeling.exclude(labeling.targets(), true);
  expect(labeling.error).toBeNull();
  expect(labeling.current?.excluded).toBe(true);
  expect(labeling.pictures.ids).toEqual(ids);
  await labeling.goToUnlabeled();
  expect(labeling.position).toBe(5);
  expect((await open('unlabeled')).pictures.ids).toEqual([ids[5]]);

  await labeling.undo();
  expect(labeling.position).toBe(4);
  expect(labeling.current?.excluded).toBe(false);
});

test('pictures that are removed leave the list, whatever their label, and undo brings them back', async () => {
  const ids = await harness.client.dataset.imageIds({ projectId, filter: {} });
  await harness.client.labeling.label({ projectId, imageIds: ids.slice(0, 3), classId: null });
  const labeling = await open('unlabeled');
  await labeling.label([ids[1] ?? 0], classNamed(labeling, 'dog'));
  await labeling.go(1);
  await labeling.removePictures(labeling.targets());
  expect(labeling.pictures.ids).toEqual([ids[0], ids[2]]);
  expect(labeling.summary?.images).toBe(19);

  await labeling.undo();
  expect(labeling.pictures.ids).toEqual(ids.slice(0, 3));
  expect(labeling.current?.id).toBe(ids[1]);
});

test('a class that is there already is used, and a new one comes last', async () => {
  const labeling = await open();
  expect((await labeling.createClass(' dog ')).id).toBe(classNamed(labeling, 'dog').id);
  const bird = await labeling.createClass('bird');
  expect(labeling.classes?.map(({ name }) => name)).toEqual(['cat', 'dog', 'bird']);
  await labeling.label([...labeling.pictures.ids], bird);
  expect(classNamed(labeling, 'bird').total).toBe(20);
  expect(labeling.summary?.labeled).toBe(20);
  await labeling.renameClass(bird.id, 'owl');
  expect(labeling.classOf(bird.id)?.name).toBe('owl');
});

test('labels are given to all chosen pictures when the active one is among them', async () => {
  const labeling = await open();
  const [first = 0, second = 0, third = 0] = labeling.pictures.ids;
  labeling.chosen = new Set([first, third]);
  expect(labeling.targets()).toEqual([first, third]);
  await labeling.go(1);
  expect(labeling.targets()).toEqual([second]);
});

test('what is announced by others is read again, and its pictures join the list', async () => {
  const labeling = await open();
  const [first = 0, second = 0] = labeling.pictures.ids;
  await labeling.go(1);
  await harness.client.dataset.deleteImages({ projectId, imageIds: [first] });
  await harness.client.labeling.label({ projectId, imageIds: [second], classId: null });
  labeling.hear({ type: 'dataset', projectId: 'another' });
  labeling.hear({ type: 'dataset', projectId });
  await expect.poll(() => labeling.pictures.ids.length).toBe(19);
  await expect.poll(() => labeling.current).toMatchObject({ id: second, classId: null });
  expect(labeling.position).toBe(0);
});
