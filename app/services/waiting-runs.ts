import type { ProjectStore } from './ports.ts';
import type { Tools } from './tools.ts';
import { trainWork } from './train-work.ts';

/**
 * Puts the runs that wait in a project on the board, in their order: what waited when Tessera ended is trained once the
 * project is open again. Paused ones go on waiting.
 */
export function takeUpWaitingRuns(tools: Tools, store: ProjectStore): void {
  if (store.readOnly !== null) return;
  for (const runId of store.waitingRuns()) {
    const run = store.run(runId);
    tools.board.start(trainWork(tools, store.id, run, { resume: true }), { isHeld: run.status === 'paused' });
  }
}
