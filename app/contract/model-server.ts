import { z } from 'zod';

/** Where a served model listens unless the person chose: a port that nothing well known uses. */
export const usualServerPort = 8321;

/** A model that answers other programs of this computer. */
export const servedModel = z.object({
  /** `http://127.0.0.1:8321` */
  url: z.string(),
  /** Of the run, or of the model in the file. */
  name: z.string(),
  /** What is served: a run of a project, or a file. */
  projectId: z.string().nullable(),
  runId: z.string().nullable(),
  path: z.string().nullable(),
  /** Below it the answer is “not sure”. */
  threshold: z.number(),
  startedAt: z.number(),
  /** Requests that reached it, those that were refused among them. */
  requests: z.int(),
  refused: z.int(),
  /** Pictures that were answered. */
  pictures: z.int(),
});
export type ServedModel = z.infer<typeof servedModel>;
