import type { References, Task } from '../core/tasks.ts';
import type { TaskRunner } from './ports.ts';

/** The files that an open project at a path refers to. */
type ReferencesOf = (projectPath: string) => References | undefined;

/**
 * The same runner, but its tasks learn where the originals are that a project does not have itself: a worker never opens the
 * database.
 */
export function withReferences(runner: TaskRunner, referencesOf: ReferencesOf): TaskRunner {
  return {
    run: (task, listener) => runner.run(referring(task, referencesOf), listener),
    engine: () => runner.engine(),
    [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose](),
  };
}

function referring<T extends Task>(task: T, referencesOf: ReferencesOf): T {
  const wanted = wantedBy(task);
  if (wanted === null || !('projectPath' in task)) return task;
  const all = referencesOf(task.projectPath);
  if (all === undefined) return task;
  const references = wanted === 'all' ? all : only(all, wanted);
  return { ...task, references };
}

/** The hashes of the pictures that a task reads; null where it reads none of the project's. */
function wantedBy(task: Task): 'all' | string[] | null {
  switch (task.kind) {
    case 'render':
      return [task.hash];
    case 'augment':
      return task.pictures.map(({ hash }) => hash);
    case 'predict':
      return task.inputs.flatMap((input) => ('hash' in input ? [input.hash] : []));
    case 'rehearse':
      return task.samples;
    case 'export':
      return task.samples.map(({ hash }) => hash);
    case 'measure':
    case 'suggest':
    case 'train':
    case 'findRate':
    case 'evaluate':
    case 'exportData':
    case 'findOriginals':
      return 'all';
    case 'bringIn':
      return task.hashes ?? 'all';
    case 'inspect':
    case 'import':
    case 'sample':
    case 'decode':
    case 'benchmark':
    case 'logits':
    case 'predictWithFile':
    case 'logitsOfFile':
    case 'describeFile':
    case 'bringModel':
    case 'inspectModel':
    case 'predictFolder':
      return null;
  }
}

function only(all: References, hashes: readonly string[]): References {
  const known = new Set(hashes);
  return Object.fromEntries([...known].flatMap((hash) => (all[hash] ? [[hash, all[hash]]] : [])));
}
