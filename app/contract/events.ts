import { z } from 'zod';
import { errorReport, job } from './jobs.ts';
import { servedModel } from './model-server.ts';
import { runEvent } from './run-events.ts';
import { sweep } from './sweep.ts';
import { metric, run } from './training.ts';

/**
 * What is announced. Every event was written to the store before it is published, so a screen that missed
 * some reads history and goes on from the last `seq` it saw.
 */
export const event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('job'), job }),
  z.object({ type: z.literal('run'), projectId: z.string(), run }),
  z.object({ type: z.literal('metrics'), projectId: z.string(), runId: z.string(), points: z.array(metric) }),
  /** New ones, and those of before that a resumed run came to once more, by their `id`. */
  z.object({
    type: z.literal('runEvents'),
    projectId: z.string(),
    runId: z.string(),
    events: z.array(runEvent),
  }),
  z.object({ type: z.literal('sweep'), projectId: z.string(), sweep }),
  /** Pictures, labels, classes or splits changed; read again what is on the screen. */
  z.object({ type: z.literal('dataset'), projectId: z.string() }),
  z.object({ type: z.literal('projects') }),
  /** The local prediction server was switched, or has answered somebody. */
  z.object({ type: z.literal('modelServer'), served: servedModel.nullable() }),
  /** What goes on by itself in a project went wrong: a snapshot could not be kept. */
  z.object({
    type: z.literal('trouble'),
    projectId: z.string(),
    error: errorReport,
  }),
]);
export type TesseraEvent = z.infer<typeof event>;
