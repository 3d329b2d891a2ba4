import { os } from './implementer.ts';
import type { ProjectStore } from './ports.ts';
import { startSuggestions } from './suggestions.ts';
import type { Tools } from './tools.ts';

/** Labels and classes, with their journal, and what a model suggests. Every answer comes after the commit. */
export function labelingProcedures(tools: Tools) {
  const { projects, hub } = tools;
  const change = <T>(projectId: string, work: (store: ProjectStore) => T): T => {
    const answer = work(projects.store(projectId));
    hub.publish({ type: 'dataset', projectId });
    return answer;
  };

  return {
    label: os.labeling.label.handler(({ input: { projectId, imageIds, classId } }) => ({
      changed: change(projectId, (store) => store.label(imageIds, classId)),
    })),

    createClass: os.labeling.createClass.handler(({ input: { projectId, name, isNone } }) =>
      change(projectId, (store) => store.createClass(name, isNone ?? false)),
    ),

    renameClass: os.labeling.renameClass.handler(({ input: { projectId, classId, name } }) =>
      change(projectId, (store) => store.renameClass(classId, name)),
    ),

    changeClass: os.labeling.changeClass.handler(({ input: { projectId, classId, ...wanted } }) =>
      change(projectId, (store) => store.changeClass(classId, wanted)),
    ),

    reorderClasses: os.labeling.reorderClasses.handler(({ input: { projectId, classIds } }) =>
      change(projectId, (store) => store.reorderClasses(classIds)),
    ),

    mergeClasses: os.labeling.mergeClasses.handler(({ input: { projectId, classId, into } }) => ({
      changed: change(projectId, (store) => store.mergeClasses(classId, into)),
    })),

    deleteClass: os.labeling.deleteClass.handler(({ input: { projectId, classId } }) => ({
      changed: change(projectId, (store) => store.deleteClass(classId)),
    })),

    startSuggestions: os.labeling.startSuggestions.handler(({ input: { projectId, runId } }) => ({
      jobId: startSuggestions(tools, projectId, runId),
    })),

    acceptSuggestions: os.labeling.acceptSuggestions.handler(({ input: { projectId, imageIds } }) => ({
      changed: change(projectId, (store) => store.acceptSuggestions(imageIds)),
    })),

    undo: os.labeling.undo.handler(({ input: { projectId } }) => change(projectId, (store) => store.undo())),

    redo: os.labeling.redo.handler(({ input: { projectId } }) => change(projectId, (store) => store.redo())),

    history: os.labeling.history.handler(({ input: { projectId, limit } }) =>
      projects.store(projectId).history(limit),
    ),
  };
}
