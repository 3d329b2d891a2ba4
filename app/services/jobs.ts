import { os } from './implementer.ts';
import type { Tools } from './tools.ts';

/** What waits, what is under way, and what has finished lately. */
export function jobProcedures({ board, projects }: Tools) {
  return {
    list: os.jobs.list.handler(() => board.list()),
    get: os.jobs.get.handler(({ input: { jobId } }) => board.get(jobId)),
    cancel: os.jobs.cancel.handler(({ input: { jobId } }) => board.cancel(jobId)),
    move: os.jobs.move.handler(({ input: { jobId, place } }) => board.move(jobId, place)),
    pause: os.jobs.pause.handler(({ input: { jobId } }) => board.pause(jobId)),
    resume: os.jobs.resume.handler(({ input: { jobId } }) => board.resume(jobId)),
    retry: os.jobs.retry.handler(({ input: { jobId } }) => board.retry(jobId)),
    waiting: os.jobs.waiting.handler(({ input: { projectId } }) => {
      const store = projects.store(projectId);
      return store.waitingRuns().map((runId) => store.run(runId));
    }),
  };
}
