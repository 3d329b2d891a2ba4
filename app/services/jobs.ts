import { os } from './implementer.ts';
import type { Tools } from './tools.ts';

/** What is under way and what has finished lately. */
export function jobProcedures({ board }: Tools) {
  return {
    list: os.jobs.list.handler(() => board.list()),
    get: os.jobs.get.handler(({ input: { jobId } }) => board.get(jobId)),
    cancel: os.jobs.cancel.handler(({ input: { jobId } }) => board.cancel(jobId)),
  };
}
