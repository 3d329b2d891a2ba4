import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PictureMeasures } from '../../app/core/tasks.ts';
import { classId, dump, expectError, importAll, newProject, picture, reopened } from './support.ts';

const blank = '0'.repeat(104);
const measures = (more: Partial<PictureMeasures> = {}): PictureMeasures => ({
  brightness: 0.5,
  sharpness: 500,
  fingerprint: blank,
  takenAt: null,
  ...more,
});
/** Fingerprints far apart from each other. */
const unlike = (seed: number): string =>
  Array.from({ length: 13 }, (_, at) =>
    (Math.imul(seed * 13 + at + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0'),
  ).join('');
const seedOf = (name: string): number =>
  [...name].reduce((seed, letter) => seed * 31 + letter.charCodeAt(0), 7);
const large = { width: 400, height: 300, channels: 3 } as const;

/** Pictures with every problem once; the number of each is its name. */
function troubled() {
  const project = newProject();
  const one = (name: string, more: Partial<PictureMeasures>, size: object = large) =>
    picture(name, {
      className: 'cat',
      ...large,
      ...size,
      measures: measures({ fingerprint: unlike(seedOf(name)), ...more }),
    });
  importAll(project, [
    one('plain', {}),
    one('blurry', { sharpness: 3 }),
    one('dark', { brightness: 0.02 }),
    one('bright', { brightness: 0.99 }),
    one('tiny', {}, { width: 20, height: 12 }),
    one('odd', {}, { width: 1000, height: 100 }),
    { ...one('twin a', { fingerprint: blank }), className: 'cat' },
    { ...one('twin b', { fingerprint: blank }), className: 'dog' },
  ]);
  return project;
}
const named = (project: ReturnType<typeof newProject>, filter: object): string[] =>
  project.images(filter, 0, 100).images.map(({ name }) => name.replace('.png', ''));

describe('problems', () => {
  it('are counted, and each number opens its pictures', () => {
    const project = troubled();
    const { problems, duplicateGroups, unmeasured } = project.quality();
    expect({ problems, duplicateGroups, unmeasured }).toEqual({
      problems: {
        duplicate: 2,
        exactDuplicate: 0,
        labelConflict: 2,
        blurry: 1,
        dark: 1,
        bright: 1,
        tiny: 1,
        oddAspect: 1,
      },
      duplicateGroups: 1,
      unmeasured: 0,
    });
    expect(named(project, { problem: 'blurry' })).toEqual(['blurry']);
    expect(named(project, { problem: 'dark' })).toEqual(['dark']);
    expect(named(project, { problem: 'bright' })).toEqual(['bright']);
    expect(named(project, { problem: 'tiny' })).toEqual(['tiny']);
    expect(named(project, { problem: 'oddAspect' })).toEqual(['odd']);
    expect(named(project, { problem: 'labelConflict' })).toEqual(['twin a', 'twin b']);
  });

  it('a conflict ends with the same label, a pair with one of it', () => {
    const project = troubled();
    const [a, b] = project.imageIds({ problem: 'duplicate' }) as [number, number];
    expect(project.details(a).twins).toEqual([b]);
    project.label([b], classId(project, 'cat'));
    expect(project.quality().problems).toMatchObject({ duplicate: 2, labelConflict: 0 });
    project.deleteImages([b]);
    expect(project.quality()).toMatchObject({ duplicateGroups: 0, problems: { duplicate: 0 } });
  });

  it('the same file in two class folders is a conflict', () => {
    const project = newProject();
    importAll(project, [
      picture(1, { className: 'cat', name: 'cat/1.png' }),
      picture(1, { className: 'dog', name: 'dog/1.png' }),
      picture(2, { className: 'cat' }),
    ]);
    expect(project.quality().problems).toMatchObject({ exactDuplicate: 1, labelConflict: 1 });
    expect(project.details(1).otherNames).toEqual(['dog/1.png']);
  });

  it('what an older Tessera imported is measured later', () => {
    const project = newProject();
    importAll(project, [picture(1), picture(2)]);
    const waiting = project.unmeasured();
    expect(waiting).toHaveLength(2);
    project.addMeasures(waiting.map(({ imageId }) => ({ imageId, ...measures({ fingerprint: blank }) })));
    project.findTwins();
    expect(project.unmeasured()).toEqual([]);
    expect(project.quality().problems.duplicate).toBe(2);
  });
});

describe('order and groups', () => {
  it('every order has every picture once, unknown ones last', () => {
    const project = troubled();
    importAll(project, [picture('unmeasured')]);
    const all = project.imageIds({}).toSorted((a, b) => a - b);
    for (const sort of [
      'added',
      'name',
      'date',
      'size',
      'brightness',
      'sharpness',
      'uncertainty',
      'loss',
      'teaches',
    ] as const) {
      for (const descending of [false, true]) {
        expect(project.imageIds({ sort, descending }).toSorted((a, b) => a - b)).toEqual(all);
      }
    }
    expect(named(project, { sort: 'brightness' }).at(0)).toBe('dark');
    expect(named(project, { sort: 'brightness', descending: true }).at(0)).toBe('bright');
    expect(named(project, { sort: 'brightness', descending: true }).at(-1)).toBe('unmeasured');
    expect(named(project, { sort: 'name', search: 'twin' })).toEqual(['twin a', 'twin b']);
  });

  it('groups follow each other in the order of the pictures', () => {
    const project = troubled();
    const groups = project.groups({ group: 'class' });
    expect(groups.map(({ name, count }) => [name, count])).toEqual([
      ['cat', 7],
      ['dog', 1],
    ]);
    for (const group of ['class', 'split', 'import', 'day', 'duplicates'] as const) {
      const sizes = project.groups({ group }).map(({ count }) => count);
      expect(sizes.reduce((sum, count) => sum + count, 0)).toBe(8);
    }
    expect(project.groups({})).toEqual([]);
  });

  it('days are those of the clock here, in their order, and pictures of one day keep theirs', () => {
    const hour = 3_600_000;
    const moment = fc.oneof(
      fc.constant(null),
      // Before 1970, and about a night in which the clocks of many zones are changed.
      fc.integer({ min: -40 * 24 * hour, max: 40 * 24 * hour }),
      fc.integer({ min: Date.UTC(2026, 2, 27), max: Date.UTC(2026, 3, 1) }),
    );
    fc.assert(
      fc.property(fc.array(moment, { minLength: 1, maxLength: 40 }), fc.boolean(), (moments, descending) => {
        const project = newProject();
        const now = new Date();
        importAll(
          project,
          moments.map((takenAt, at) => picture(`p${at}`, { measures: measures({ takenAt }) })),
        );
        const dayOf = (name: string): string => {
          const date = new Date(moments[Number(name.slice(1))] ?? now);
          return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
            .map((part) => String(part).padStart(2, '0'))
            .join('-');
        };
        const byHand = Map.groupBy(named(project, { descending }), dayOf);
        const days = [...byHand.keys()].toSorted();
        expect(project.groups({ group: 'day', descending }).map(({ key, count }) => [key, count])).toEqual(
          days.map((day) => [day, byHand.get(day)?.length]),
        );
        expect(named(project, { group: 'day', descending })).toEqual(days.flatMap((day) => byHand.get(day)));
        const [last] = named(project, {}).slice(-1);
        expect(named(project, { group: 'day', search: last })).toContain(last);
      }),
      { numRuns: 12 },
    );
  });

  it('a list that was read is read again after a change', () => {
    const project = troubled();
    const before = project.imageIds({ classId: classId(project, 'dog') });
    project.label(project.imageIds({ search: 'plain' }), classId(project, 'dog'));
    expect(project.imageIds({ classId: classId(project, 'dog') })).toHaveLength(before.length + 1);
  });
});

describe('notes, tags, exclusion', () => {
  it('can be searched, are undone, and do not touch what is learned', () => {
    const project = troubled();
    const hash = JSON.stringify(project.manifest());
    project.setNote(1, ' look again ');
    expect(project.tag([1, 2], 'rain', true)).toBe(2);
    expect(project.tag([2], 'rain', true)).toBe(0);
    project.tag([2], 'wet', true);
    expect(project.images({ tag: 'rain' }, 0, 9).total).toBe(2);
    expect(project.images({ noted: true }, 0, 9).images[0]).toMatchObject({
      note: 'look again',
      tags: ['rain'],
    });
    expect(project.summary().tags).toEqual([
      { name: 'rain', count: 2 },
      { name: 'wet', count: 1 },
    ]);
    expect(JSON.stringify(project.manifest())).toBe(hash);
    project.undo();
    expect(project.images({ tag: 'wet' }, 0, 9).total).toBe(0);
  });

  it('an excluded picture is in the project and in no manifest', () => {
    const project = troubled();
    const before = project.manifest().entries.length;
    project.exclude([1, 2], true);
    expect(project.manifest().entries).toHaveLength(before - 2);
    expect(project.summary()).toMatchObject({ images: 8, excluded: 2 });
    expect(project.imageIds({ excluded: true })).toEqual([1, 2]);
    project.undo();
    expect(project.manifest().entries).toHaveLength(before);
  });
});

describe('what a model says', () => {
  it('disagrees, suggests, and is accepted in one step', () => {
    const project = troubled();
    project.label([1, 2], null);
    project.savePredictions(
      'run',
      ['dog', 'cat', 'gone'],
      [
        { imageId: 1, predicted: 0, confidence: 0.99, loss: null },
        { imageId: 2, predicted: 1, confidence: 0.6, loss: null },
        { imageId: 3, predicted: 0, confidence: 0.7, loss: 2 },
        { imageId: 4, predicted: 2, confidence: 0.7, loss: 2 },
      ],
    );
    expect(project.imageIds({ disagrees: true })).toEqual([3]);
    expect(project.imageIds({ suggestedAbove: 0.95 })).toEqual([1]);
    expect(project.imageIds({ classId: null, sort: 'uncertainty' })).toEqual([2, 1]);
    expect(project.images({ ids: [4] }, 0, 1).images[0]?.predicted).toBeNull();
    expect(project.acceptSuggestions([1, 2, 5])).toBe(2);
    expect(project.images({ ids: [1] }, 0, 1).images[0]?.classId).toBe(classId(project, 'dog'));
    expect(project.undo()).toMatchObject({ kind: 'acceptSuggestions', images: 2 });
    expect(project.summary().unlabeled).toBe(2);
  });
});

describe('a locked test set', () => {
  it('is touched by nothing, undo included, until it is unlocked', () => {
    const project = troubled();
    project.moveToSplit([1, 2], 'test');
    project.moveToSplit([3, 4, 5, 6, 7, 8], 'train');
    project.label([1], classId(project, 'dog'));
    project.lockTest(true);
    const before = dump(project);
    expectError(() => project.moveToSplit([3], 'test'), 'testLocked');
    expectError(() => project.moveToSplit([1], 'train'), 'testLocked');
    expectError(() => project.label([1], classId(project, 'cat')), 'testLocked');
    expectError(() => project.deleteImages([1]), 'testLocked');
    expectError(() => project.exclude([2], true), 'testLocked');
    expectError(() => project.mergeClasses(classId(project, 'cat'), classId(project, 'dog')), 'testLocked');
    expectError(() => project.undo(), 'testLocked');
    expect(dump(project)).toEqual(before);
    project.assignSplits({ train: 0.5, val: 0.25, test: 0.25 }, 1, false);
    expect(project.imageIds({ split: 'test' })).toEqual([1, 2]);
    importAll(project, [picture('late', { split: 'test', className: 'cat' })]);
    expect(project.imageIds({ split: 'test' })).toEqual([1, 2]);
    project.lockTest(false);
    project.label([1], classId(project, 'cat'));
  });
});

describe('classes', () => {
  it('merge and deletion are one step, there and back, across a restart', () => {
    let project = troubled();
    const before = { classes: project.classes(), rows: project.images({}, 0, 100).images };
    project.changeClass(classId(project, 'dog'), { key: 'q', color: 7, description: 'barks' });
    expect(project.mergeClasses(classId(project, 'dog'), classId(project, 'cat'))).toBe(1);
    expect(project.classes().map(({ name, total }) => [name, total])).toEqual([['cat', 8]]);
    project = reopened(project);
    project.undo();
    expect(project.classes()[1]).toMatchObject({
      name: 'dog',
      key: 'q',
      color: 7,
      description: 'barks',
      total: 1,
    });
    for (let step = 0; step < 3; step++) project.undo();
    expect({ classes: project.classes(), rows: project.images({}, 0, 100).images }).toEqual(before);
    expect(project.deleteClass(classId(project, 'cat'))).toBe(7);
    expect(project.summary().unlabeled).toBe(7);
    project.undo();
    expect(project.images({}, 0, 100).images).toEqual(before.rows);
    project.redo();
    expect(project.classes().map(({ name }) => name)).toEqual(['dog']);
  });

  it('a class whose name was taken meanwhile does not come back, and its pictures stay where they are', () => {
    const project = troubled();
    project.deleteClass(classId(project, 'dog'));
    importAll(project, [picture('new', { className: 'dog' })]);
    expectError(() => project.redo(), 'nothingToRedo');
    project.undo();
    expect(project.classes().map(({ name }) => name)).toEqual(['cat', 'dog']);
    expect(project.summary().unlabeled).toBe(1);
  });

  it('are put into another order, and back', () => {
    const project = troubled();
    project.createClass('none of these', true);
    const ids = project.classes().map(({ id }) => id);
    expect(project.reorderClasses(ids.toReversed()).map(({ id }) => id)).toEqual(ids.toReversed());
    expect(project.classes()[0]).toMatchObject({ name: 'none of these', isNone: true, key: '1' });
    project.undo();
    expect(project.classes().map(({ id }) => id)).toEqual(ids);
    expectError(() => project.reorderClasses([99]), 'classNotFound');
  });

  it('a chosen key belongs to one class', () => {
    const project = troubled();
    const [cat, dog] = [classId(project, 'cat'), classId(project, 'dog')];
    expect(project.changeClass(dog, { key: '1' }).key).toBe('1');
    expect(project.classes().map(({ key }) => key)).toEqual(['2', '1']);
    expectError(() => project.changeClass(cat, { key: '1' }), 'keyTaken');
    expect(project.changeClass(dog, { key: null }).key).toBe('2');
  });
});

describe('versions and views', () => {
  it('a version is a hash, and tells what came, went and changed', () => {
    const project = troubled();
    const version = project.saveVersion('first');
    expect(version).toMatchObject({ name: 'first', classes: ['cat', 'dog'] });
    expect(project.saveVersion('the same').hash).toBe(version.hash);
    project.label([1], classId(project, 'dog'));
    project.deleteImages([2]);
    project.moveToSplit([3], project.images({ ids: [3] }, 0, 1).images[0]?.split === 'val' ? 'train' : 'val');
    importAll(project, [picture('late', { className: 'cat' })]);
    const changes = project.compareVersions(version.id, null);
    expect(changes.added).toMatchObject({ count: 1, names: ['late.png'] });
    expect(changes.removed).toEqual({ count: 1, imageIds: [], names: ['blurry.png'] });
    expect(changes.relabeled.changes).toEqual([{ name: 'plain.png', before: 'cat', after: 'dog' }]);
    expect(changes.moved.imageIds).toEqual([3]);
    const second = project.saveVersion('second');
    expect(second.hash).not.toBe(version.hash);
    expect(project.compareVersions(version.id, second.id)).toEqual(changes);
    // What is no longer learned from, but still there, can be shown.
    project.exclude([3], true);
    expect(project.compareVersions(second.id, null).removed).toMatchObject({ count: 1, imageIds: [3] });
    project.removeVersion(version.id);
    expectError(() => project.compareVersions(version.id, null), 'versionNotFound');
    expectError(() => newProject().saveVersion('empty'), 'invalidInput');
  });

  it('what a run learned from is compared with now, in the splits that it knows', () => {
    const project = troubled();
    const { classes, entries } = project.manifest();
    const learned = { classes, entries: entries.map(({ name: _, ...entry }) => entry) };
    const all = ['train', 'val', 'test'] as const;
    const same = project.compareWithNow(learned, all);
    expect([same.added, same.removed, same.relabeled, same.moved].map(({ count }) => count)).toEqual([
      0, 0, 0, 0,
    ]);
    project.label([1], classId(project, 'dog'));
    project.deleteImages([2]);
    const changed = project.compareWithNow(learned, all);
    expect(changed.relabeled).toMatchObject({ count: 1, imageIds: [1] });
    expect(changed.relabeled.changes).toEqual([{ name: 'plain.png', before: 'cat', after: 'dog' }]);
    // Deleted pictures are still known by their names.
    expect(changed.removed).toEqual({ count: 1, imageIds: [], names: ['blurry.png'] });
    const ofOne = entries.find(({ imageId }) => imageId === 1)?.split ?? 'train';
    const others = all.filter((split) => split !== ofOne);
    expect(project.compareWithNow(learned, others).relabeled.count).toBe(0);
  });

  it('a view is kept under its name', () => {
    let project = newProject();
    project.saveView('dark ones', { problem: 'dark', sort: 'brightness' });
    project.saveView('dark ones', { problem: 'dark' });
    project = reopened(project);
    expect(project.views()).toEqual([{ id: 1, name: 'dark ones', filter: { problem: 'dark' } }]);
    expect(project.removeView(1)).toEqual([]);
  });
});
