import { TesseraError } from '../contract/index.ts';
import type { TaskKind } from '../core/tasks.ts';
import type { TaskHandle, TaskListener, TaskRunner } from './ports.ts';

/** The name that the person knows of a file, from the path under which a worker met it. */
export type KnownName = (path: string) => string;

/**
 * The same runner, but what its tasks say of files says their known names: an upload lies in a temporary folder whose
 * path means nothing to anybody.
 */
export function withKnownNames(runner: TaskRunner, nameOf: KnownName): TaskRunner {
  return {
    run(task, listener) {
      const handle = runner.run(task, listener && named(listener, nameOf));
      return { result: known(handle, nameOf), cancel: () => handle.cancel(), pause: () => handle.pause() };
    },
    engine: () => runner.engine(),
    [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose](),
  };
}

function named(listener: TaskListener, nameOf: KnownName): TaskListener {
  const { onImages } = listener;
  if (onImages === undefined) return listener;
  return {
    ...listener,
    onImages: (images, skipped) => onImages(images, renamed(skipped, nameOf)),
  };
}

async function known<K extends TaskKind>(handle: TaskHandle<K>, nameOf: KnownName) {
  try {
    const result = await handle.result;
    if (!('problems' in result)) return result;
    return { ...result, problems: renamed(result.problems, nameOf) };
  } catch (error) {
    if (!(error instanceof TesseraError) || typeof error.details.path !== 'string') throw error;
    throw new TesseraError(
      error.code,
      { ...error.details, path: nameOf(error.details.path) },
      { cause: error },
    );
  }
}

const renamed = <T extends { path: string }>(files: readonly T[], nameOf: KnownName): T[] =>
  files.map((file) => ({ ...file, path: nameOf(file.path) }));
