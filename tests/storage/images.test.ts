import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImageFilter, ImageRow, Split } from '../../app/contract/index.ts';
import type { ProjectStore } from '../../app/services/ports.ts';
import { classId, importAll, newProject, picture } from './support.ts';

const splits: readonly (Split | null)[] = ['train', 'val', 'test', null];

/** 120 pictures over three classes (or none), every split, some of them deleted. */
function mixedProject(): ProjectStore {
  const project = newProject();
  importAll(
    project,
    Array.from({ length: 120 }, (_, n) =>
      picture(n, {
        name: `Übung ${n % 7}/Bild_${n}%.PNG`,
        className: [null, 'cat', 'dog', 'bird'][n % 4] ?? null,
        split: 'train',
      }),
    ),
  );
  splits.forEach((split, index) => {
    project.moveToSplit(
      project.imageIds({}).filter((id) => id % 5 === index),
      split,
    );
  });
  project.deleteImages([3, 50, 119]);
  return project;
}

/** What `filter` means, said in the plainest way. */
function matching(all: ImageRow[], filter: ImageFilter): ImageRow[] {
  const listed =
    filter.ids === undefined ? all : filter.ids.flatMap((id) => all.find((image) => image.id === id) ?? []);
  return listed.filter(
    (image) =>
      (filter.classId === undefined || image.classId === filter.classId) &&
      (filter.split === undefined || image.split === filter.split) &&
      image.name.toLowerCase().includes((filter.search ?? '').toLowerCase()),
  );
}

const filters: fc.Arbitrary<ImageFilter> = fc.record(
  {
    classId: fc.constantFrom(null, 1, 2, 3, 99),
    split: fc.constantFrom(...splits),
    search: fc.constantFrom('', 'bild_1', 'ÜBUNG 3', 'übung', '%.png', '_', 'nothing', "'"),
    ids: fc.uniqueArray(fc.integer({ min: 1, max: 130 }), { maxLength: 60 }),
  },
  { requiredKeys: [] },
);

describe('the pictures of a filter', () => {
  it('are those that meet all its conditions, in pages, in order', () => {
    const project = mixedProject();
    const all = project.images({}, 0, 1000).images;
    expect(all).toHaveLength(117);
    fc.assert(
      fc.property(filters, fc.nat(40), fc.integer({ min: 1, max: 50 }), (filter, offset, limit) => {
        const expected = matching(all, filter);
        const page = project.images(filter, offset, limit);
        expect(page.total).toBe(expected.length);
        expect(page.images).toEqual(expected.slice(offset, offset + limit));
        expect(project.imageIds(filter)).toEqual(expected.map(({ id }) => id));
      }),
    );
  });

  it('are rows of the contract and nothing more', () => {
    const project = newProject();
    importAll(project, [
      picture(1, { name: 'a/b.png', className: 'cat', width: 30, height: 20, channels: 3 }),
    ]);
    expect(project.images({}, 0, 1).images).toStrictEqual([
      {
        ...{ id: 1, name: 'a/b.png', classId: 1, split: 'train', width: 30, height: 20, channels: 3 },
        ...{ excluded: false, note: '', tags: [], predicted: null, confidence: null, isReferenced: false },
      },
    ]);
  });

  it('are found whatever the form of their letters', () => {
    const project = newProject();
    importAll(project, [picture(1, { name: 'E\u0301TUDE.png' })]);
    expect(project.imageIds({ search: '\u00e9tude' })).toEqual([1]);
  });
});

describe('the numbers of a project', () => {
  it('agree with its pictures', () => {
    const project = mixedProject();
    const all = project.images({}, 0, 1000).images;
    const count = (condition: (image: ImageRow) => boolean): number => all.filter(condition).length;
    expect(project.summary()).toMatchObject({
      images: all.length,
      labeled: count(({ classId }) => classId !== null),
      unlabeled: count(({ classId }) => classId === null),
      train: count(({ split }) => split === 'train'),
      val: count(({ split }) => split === 'val'),
      test: count(({ split }) => split === 'test'),
      unassigned: count(({ split }) => split === null),
      canUndo: true,
      canRedo: false,
    });
    for (const each of project.classes()) {
      const of = (split?: Split): number =>
        count((image) => image.classId === each.id && (split === undefined || image.split === split));
      expect(each).toMatchObject({ total: of(), train: of('train'), val: of('val'), test: of('test') });
    }
  });
});

describe('the manifest', () => {
  it('has every labeled picture with a split, by id, with its place in the classes', () => {
    const project = mixedProject();
    const { classes, entries } = project.manifest();
    expect(classes).toEqual(['cat', 'dog', 'bird']);
    const expected = project
      .images({}, 0, 1000)
      .images.filter((image) => image.classId !== null && image.split !== null);
    expect(entries).toStrictEqual(
      expected.map(({ id, name, classId, split }) => ({
        imageId: id,
        hash: project.imageHash(id),
        name,
        classIndex: (classId ?? 0) - 1,
        split,
      })),
    );
  });

  it('leaves out classes without pictures', () => {
    const project = newProject();
    importAll(project, [picture(1, { className: 'cat' }), picture(2, { className: 'dog' })]);
    project.label([1], null);
    expect(project.manifest()).toMatchObject({ classes: ['dog'], entries: [{ imageId: 2, classIndex: 0 }] });
  });
});

describe('small questions', () => {
  it('knows the hash of a picture, also of a deleted one', () => {
    const project = newProject();
    importAll(project, [picture(1)]);
    project.deleteImages([1]);
    expect(project.imageHash(1)).toBe(picture(1).hash);
    expect(project.imageHash(2)).toBeNull();
  });

  it('has one channel as long as every picture is grey', () => {
    const project = newProject();
    expect(project.channels()).toBe(1);
    importAll(project, [picture(1), picture(2, { channels: 3 })]);
    expect(project.channels()).toBe(3);
    project.deleteImages([2]);
    expect(project.channels()).toBe(1);
  });

  it('makes a mosaic in which the classes take turns', () => {
    const project = newProject();
    expect(project.mosaic(12)).toEqual([]);
    importAll(
      project,
      ['a', 'a', 'a', 'b', null, 'c'].map((className, n) => picture(n, { className })),
    );
    expect(project.mosaic(5)).toEqual([1, 4, 6, 2, 3]);
    expect(project.mosaic(12)).toEqual([1, 4, 6, 2, 3, 5]);
    expect(classId(project, 'c')).toBe(3);
  });
});
