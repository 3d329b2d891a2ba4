import fc from 'fast-check';
import { describe, it, expect } from 'vitest';
import type { ErrorCode, Split } from '../../app/contract/index.ts';
import { TesseraError } from '../../app/contract/index.ts';
import type { ProjectStore } from '../../app/services/ports.ts';
import { importAll, newProject, picture, reopened } from './support.ts';

interface Picture {
  classId: number | null;
  split: Split | null;
  deleted: boolean;
}

/** What a project holds, in the plainest way: undo goes back to a whole copy of the state before. */
interface State {
  pictures: Map<number, Picture>;
  /** Names by class id. */
  classes: Map<number, string>;
}
class Model {
  state: State;
  past: State[] = [];
  future: State[] = [];
  /** Ids are never given twice, not even after undo. */
  nextClassId: number;

  constructor(state: State) {
    this.state = state;
    this.nextClassId = state.classes.size + 1;
  }

  /** Does what `edit` says to a copy; an edit that changes nothing is not remembered. */
  act(edit: (state: State) => void): void {
    const next = structuredClone(this.state);
    edit(next);
    if (JSON.stringify(flat(next)) === JSON.stringify(flat(this.state))) return;
    this.past.push(this.state);
    this.future = [];
    this.state = next;
  }

  move(from: State[], to: State[], otherwise: ErrorCode): ErrorCode | null {
    const state = from.pop();
    if (state === undefined) return otherwise;
    to.push(this.state);
    this.state = state;
    return null;
  }
}

const flat = ({ pictures, classes }: State): unknown => ({ pictures: [...pictures], classes: [...classes] });

type Action =
  | { do: 'label'; ids: number[]; classId: number | null }
  | { do: 'split'; ids: number[]; split: Split | null }
  | { do: 'delete'; ids: number[] }
  | { do: 'create'; name: string }
  | { do: 'rename'; classId: number; name: string }
  | { do: 'undo' | 'redo' | 'reopen' };

const pictureCount = 12;
const ids = fc.uniqueArray(fc.integer({ min: 1, max: pictureCount + 1 }), { minLength: 1, maxLength: 5 });
const classIds = fc.integer({ min: 1, max: 6 });
const names = fc.constantFrom('cat', 'dog', 'bird', 'fish', '__proto__');
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('label'), ids, classId: fc.option(classIds) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('split'),
      ids,
      split: fc.constantFrom<Split | null>('train', 'val', 'test', null),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete'), ids }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('create'), name: names }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rename'), classId: classIds, name: names }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('undo', 'redo') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen') }) },
);

/** Does an action to the model; gives the error that the project must answer with. */
function expectOf(model: Model, act: Action): ErrorCode | null {
  const { pictures, classes } = model.state;
  if (act.do === 'label' && act.classId !== null && !classes.has(act.classId)) return 'classNotFound';
  if ('ids' in act && act.ids.some((id) => pictures.get(id)?.deleted !== false)) return 'imageNotFound';
  const change = (edit: (image: Picture) => void): void => {
    if (!('ids' in act)) return;
    model.act((state) => {
      for (const id of act.ids) edit(state.pictures.get(id) as Picture);
    });
  };
  const taken = (name: string): boolean => [...classes.values()].includes(name);
  switch (act.do) {
    case 'label':
      change((image) => (image.classId = act.classId));
      return null;
    case 'split':
      change((image) => (image.split = act.split));
      return null;
    case 'delete':
      change((image) => (image.deleted = true));
      return null;
    case 'create':
      if (taken(act.name)) return 'classExists';
      model.act((state) => state.classes.set(model.nextClassId++, act.name));
      return null;
    case 'rename':
      if (!classes.has(act.classId)) return 'classNotFound';
      if (classes.get(act.classId) === act.name) return null;
      if (taken(act.name)) return 'classExists';
      model.act((state) => state.classes.set(act.classId, act.name));
      return null;
    case 'undo':
      return model.move(model.past, model.future, 'nothingToUndo');
    case 'redo':
      return model.move(model.future, model.past, 'nothingToRedo');
    case 'reopen':
      return null;
  }
}

function perform(project: ProjectStore, act: Action): ProjectStore {
  switch (act.do) {
    case 'label':
      project.label(act.ids, act.classId);
      return project;
    case 'split':
      project.moveToSplit(act.ids, act.split);
      return project;
    case 'delete':
      project.deleteImages(act.ids);
      return project;
    case 'create':
      project.createClass(act.name);
      return project;
    case 'rename':
      project.renameClass(act.classId, act.name);
      return project;
    case 'undo':
    case 'redo':
      project[act.do]();
      return project;
    case 'reopen':
      return reopened(project);
  }
}

/** What can be seen of a project, in the shape of what can be seen of the model. */
const seen = (project: ProjectStore) => ({
  pictures: project.images({}, 0, 100).images.map(({ id, classId, split }) => ({ id, classId, split })),
  classes: project.classes().map(({ id, name, total }) => ({ id, name, total })),
  ...(({ canUndo, canRedo }) => ({ canUndo, canRedo }))(project.summary()),
  history: project.history(1000).filter(({ undone }) => !undone).length,
});

function expectedView(model: Model): ReturnType<typeof seen> {
  const live = [...model.state.pictures].filter(([, { deleted }]) => !deleted);
  return {
    pictures: live.map(([id, { classId, split }]) => ({ id, classId, split })),
    classes: [...model.state.classes].map(([id, name]) => ({
      id,
      name,
      total: live.filter(([, { classId }]) => classId === id).length,
    })),
    canUndo: model.past.length > 0,
    canRedo: model.future.length > 0,
    history: model.past.length,
  };
}

describe('any sequence of actions, undo, redo and reopening', () => {
  it('leaves the project as a plain model of it', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 40 }), (actions) => {
        let project = newProject();
        importAll(
          project,
          Array.from({ length: pictureCount }, (_, n) =>
            picture(n, { className: n % 2 ? 'cat' : null, split: 'train' }),
          ),
        );
        const start = project.images({}, 0, 100).images;
        const model = new Model({
          pictures: new Map(start.map(({ id, classId, split }) => [id, { classId, split, deleted: false }])),
          classes: new Map([[1, 'cat']]),
        });
        for (const act of actions) {
          const error = expectOf(model, act);
          let answered: ErrorCode | null = null;
          try {
            project = perform(project, act);
          } catch (thrown) {
            if (!(thrown instanceof TesseraError)) throw thrown;
            answered = thrown.code;
          }
          expect(answered).toBe(error);
          expect(seen(project)).toEqual(expectedView(model));
        }
        project = reopened(project);
        expect(seen(project)).toEqual(expectedView(model));
        project[Symbol.dispose]();
      }),
      { numRuns: 60 },
    );
  });
});
