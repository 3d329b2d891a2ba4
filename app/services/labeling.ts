import { os } from './implementer.ts';
import type { ProjectStore } from './ports.ts';
import type { Tools } from './tools.ts';

/** Labels and classes, with their journal. Every answer comes after the commit. */
export function labelingProcedures({ projects, hub }: Tools) {
  const change = <T>(projectId: string, work: (store: ProjectStore) => T): T => {
    const answer = work(projects.store(projectId));
    hub.publish({ type: 'dataset', projectId });
    return answer;
  };

  return {
    label: os.labeling.label.handler(({ input: { projectId, imageIds, classId } }) => ({
      changed: change(projectId, (store) => store.label(imageIds, classId)),
    })),

    createClass: os.labeling.createClass.handler(({ input: { projectId, name } }) =>
      change(projectId, (store) => store.createClass(name)),
    ),

    renameClass: os.labeling.renameClass.handler(({ input: { projectId, classId, name } }) =>
      change(projectId, (store) => store.renameClass(classId, name)),
    ),

    undo: os.labeling.undo.handler(({ input: { projectId } }) => change(projectId, (store) => store.undo())),

    redo: os.labeling.redo.handler(({ input: { projectId } }) => change(projectId, (store) => store.redo())),

    history: os.labeling.history.handler(({ input: { projectId, limit } }) =>
      projects.store(projectId).history(limit),
    ),
  };
}
