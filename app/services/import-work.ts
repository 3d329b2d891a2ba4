import type { ImportResult, JobResult } from '../contract/index.ts';
import type { TaskResults } from '../core/tasks.ts';
import type { TaskListener } from './ports.ts';
import { Throttle } from './throttle.ts';
import type { Tools } from './tools.ts';

/** While an import runs, screens are told at most this often that there are more pictures, ms. */
const announceInterval = 500;

/**
 * What an import or a sample does with what the worker sends: every chunk is committed before it is acknowledged; one
 * that fails or is cancelled is taken back as a whole.
 */
export function importListener(tools: Tools, projectId: string) {
  const { projects, hub } = tools;
  const store = projects.store(projectId);
  const importId = store.beginImport();
  const result: ImportResult = { added: 0, duplicates: 0, skipped: [], classes: [] };
  const publish = (): void => hub.publish({ type: 'dataset', projectId });
  const announce = new Throttle(announceInterval, publish);

  const listener: TaskListener = {
    onImages(images, skipped) {
      const { added, duplicates } = store.addImages(importId, images, skipped);
      result.added += added;
      result.duplicates += duplicates;
      // Not spread: there may be more of them than a call can have arguments.
      for (const file of skipped) result.skipped.push(file);
      announce.ask();
    },
  };
  return {
    listener,
    async onDone({ classes, exported }: TaskResults['import']): Promise<JobResult> {
      store.finishImport(importId, exported);
      await projects.remember(projectId);
      publish();
      hub.publish({ type: 'projects' });
      return { kind: 'import', ...result, classes };
    },
    onFailed(): void {
      store.rollbackImport(importId);
      publish();
    },
  };
}
