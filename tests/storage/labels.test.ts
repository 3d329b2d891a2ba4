import { describe, expect, it } from 'vitest';
import type { ProjectStore } from '../../app/services/ports.ts';
import { classId, dump, expectError, importAll, newProject, picture, reopened } from './support.ts';

/** Six pictures: 1 and 2 cats, 3 and 4 dogs, 5 and 6 without a label. */
function pets(): ProjectStore {
  const project = newProject();
  importAll(
    project,
    ['cat', 'cat', 'dog', 'dog', null, null].map((className, n) => picture(n + 1, { className })),
  );
  return project;
}

const labelsOf = (project: ProjectStore): (number | null)[] =>
  project.images({}, 0, 100).images.map((image) => image.classId);

describe('labeling', () => {
  it('tells how many pictures it changed', () => {
    const project = pets();
    expect(project.label([1, 3, 5, 5], classId(project, 'cat'))).toBe(2);
    expect(labelsOf(project)).toEqual([1, 1, 1, 2, 1, null]);
    expect(project.label([1, 5, 6], null)).toBe(2);
    expect(labelsOf(project)).toEqual([null, 1, 1, 2, null, null]);
  });

  it('leaves no trace where nothing changes', () => {
    const project = pets();
    const before = dump(project);
    expect(project.label([1, 2], classId(project, 'cat'))).toBe(0);
    project.moveToSplit([5, 6], null);
    project.renameClass(1, ' cat ');
    expect(dump(project)).toEqual(before);
  });

  it('does all or nothing', () => {
    const project = pets();
    const before = dump(project);
    expectError(() => project.label([1, 99], null), 'imageNotFound');
    expectError(() => project.label([1], 99), 'classNotFound');
    expectError(() => project.moveToSplit([1, 99], 'val'), 'imageNotFound');
    expectError(() => project.deleteImages([1, 99]), 'imageNotFound');
    expectError(() => project.renameClass(99, 'x'), 'classNotFound');
    expectError(() => project.renameClass(1, 'dog'), 'classExists');
    expectError(() => project.renameClass(1, '  '), 'invalidInput');
    expectError(() => project.createClass(' dog '), 'classExists');
    expectError(() => project.createClass(' '), 'invalidInput');
    expect(dump(project)).toEqual(before);
  });

  it('does not touch deleted pictures', () => {
    const project = pets();
    project.deleteImages([1]);
    expectError(() => project.label([1], 2), 'imageNotFound');
    expectError(() => project.deleteImages([1]), 'imageNotFound');
    expect(project.summary()).toMatchObject({ images: 5, labeled: 3 });
  });
});

describe('classes', () => {
  it('are made at the end, with the next colour, and renamed in place', () => {
    const project = pets();
    expect(project.createClass(' bird ')).toEqual({
      id: 3,
      name: 'bird',
      color: 2,
      position: 2,
      key: '3',
      description: '',
      isNone: false,
      total: 0,
      train: 0,
      val: 0,
      test: 0,
    });
    expect(project.renameClass(2, 'wolf')).toMatchObject({ id: 2, name: 'wolf', position: 1, total: 2 });
    expect(project.classes().map(({ name }) => name)).toEqual(['cat', 'wolf', 'bird']);
  });

  it('may swap names by way of a third', () => {
    const project = pets();
    project.renameClass(1, 'x');
    project.renameClass(2, 'cat');
    project.renameClass(1, 'dog');
    expect(project.classes().map(({ name }) => name)).toEqual(['dog', 'cat']);
    for (let step = 0; step < 3; step++) project.undo();
    expect(project.classes().map(({ name }) => name)).toEqual(['cat', 'dog']);
  });
});

describe('the history', () => {
  it('says what was done, the newest first, and what was undone', () => {
    const project = pets();
    project.label([1, 2], 2);
    project.label([1], null);
    project.moveToSplit([1, 2, 3], 'test');
    project.createClass('bird');
    project.renameClass(1, 'tom');
    project.deleteImages([6]);
    project.undo();
    expect(
      project.history(10).map(({ kind, images, summary, undone }) => [kind, images, summary, undone]),
    ).toEqual([
      ['deleteImages', 1, '', true],
      ['renameClass', 0, 'cat → tom', false],
      ['createClass', 0, 'bird', false],
      ['split', 3, 'test', false],
      ['label', 1, '', false],
      ['label', 2, 'dog', false],
    ]);
    expect(project.history(2)).toHaveLength(2);
    expect(Date.now() - (project.history(1)[0]?.at ?? 0)).toBeLessThan(60_000);
  });

  it('cannot be undone beyond its beginning nor done again beyond its end', () => {
    const project = pets();
    expectError(() => project.undo(), 'nothingToUndo');
    project.label([1], 2);
    expectError(() => project.redo(), 'nothingToRedo');
    expect(project.undo()).toMatchObject({ kind: 'label', images: 1, summary: 'dog', undone: true });
    expectError(() => project.undo(), 'nothingToUndo');
    expect(project.summary()).toMatchObject({ canUndo: false, canRedo: true });
    expect(reopened(project).redo()).toMatchObject({ undone: false });
  });

  it('forgets what was undone when something new is done', () => {
    const project = pets();
    project.label([1], 2);
    project.undo();
    project.label([2], 2);
    expectError(() => project.redo(), 'nothingToRedo');
    expect(project.history(10)).toHaveLength(1);
  });
});

describe('splits given anew', () => {
  it('are one action that can be undone', () => {
    const project = newProject();
    importAll(
      project,
      Array.from({ length: 40 }, (_, n) => picture(n, { className: `class ${n % 2}` })),
    );
    const before = project.manifest();
    project.assignSplits({ train: 0.5, val: 0.25, test: 0.25 }, 7, false);
    expect(project.summary()).toMatchObject({ train: 20, val: 10, test: 10 });
    expect(project.history(1)[0]).toMatchObject({ kind: 'split', summary: '50 / 25 / 25' });
    project.undo();
    expect(project.manifest()).toEqual(before);
  });

  it('leave the unlabeled alone, and with `keep` whatever has a split', () => {
    const project = pets();
    project.moveToSplit([1, 2, 3], 'test');
    project.moveToSplit([4], null);
    project.assignSplits({ train: 1, val: 0, test: 0 }, 1, true);
    expect(project.images({}, 0, 10).images.map(({ split }) => split)).toEqual([
      'test',
      'test',
      'test',
      'train',
      null,
      null,
    ]);
  });
});

describe('undo beside imports', () => {
  it('leaves a label alone that an import gave since', () => {
    const project = pets();
    project.label([5], 1);
    project.label([5], null);
    importAll(project, [picture(5, { className: 'bird' })]);
    project.undo();
    expect(labelsOf(project)[4]).toBe(classId(project, 'bird'));
  });

  it('keeps a class that an import has filled since', () => {
    const project = pets();
    project.createClass('bird');
    importAll(project, [picture(7, { className: 'bird' })]);
    project.undo();
    expect(project.classes().map(({ name, total }) => [name, total])).toContainEqual(['bird', 1]);
    expect(project.redo()).toMatchObject({ kind: 'createClass' });
    expect(project.classes()).toHaveLength(3);
  });

  it('keeps a name where an import has taken the old one since', () => {
    const project = pets();
    project.renameClass(1, 'tom');
    importAll(project, [picture(7, { className: 'cat' })]);
    project.undo();
    expect(project.classes().map(({ name, total }) => [name, total])).toEqual([
      ['tom', 2],
      ['dog', 2],
      ['cat', 1],
    ]);
  });

  it('does not bring a deleted picture back beside its twin that was imported since', () => {
    const project = pets();
    project.deleteImages([1, 2]);
    expect(importAll(project, [picture(1, { className: 'dog' })])).toMatchObject({ added: 1 });
    project.undo();
    expect(project.images({}, 0, 10).images.map(({ id, classId }) => [id, classId])).toEqual([
      [2, 1],
      [3, 2],
      [4, 2],
      [5, null],
      [6, null],
      [7, 2],
    ]);
  });
});
