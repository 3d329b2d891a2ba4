import { z } from 'zod';
import { errorCodes, type ErrorCode } from './errors.ts';

/** Where on the axes of its curves something happened to a run. */
const where = {
  /** Rises over all runs of a project; what a resumed run comes to once more keeps its own. */
  id: z.int(),
  step: z.int(),
  /** Fractional: 1.5 is in the middle of the second epoch. */
  epoch: z.number(),
  /** Seconds trained. */
  time: z.number(),
  /** ms since 1970 */
  at: z.number(),
};
const error = { code: z.enum(errorCodes as [ErrorCode, ...ErrorCode[]]), message: z.string() };

/** How many pictures of a run are taken for something else than before, by what became of them. */
export const labelChanges = z.object({
  /** Another class. */
  relabeled: z.int(),
  /** Not learned or judged any more: excluded, deleted, without a label, of another class or split than the run knows. */
  leftOut: z.int(),
  /** Learned or judged again. */
  takenBack: z.int(),
});
export type LabelChanges = z.infer<typeof labelChanges>;

/**
 * Something that happened to a run, marked on its curves. What training itself comes to (`labelsTaken`, `rateLowered`,
 * `checkpointKept`, `stoppedEarly`) is there once, however often the run was killed and came to it again.
 */
export const runEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), ...where }),
  z.object({ kind: z.literal('paused'), ...where }),
  /** At the checkpoint that it goes on from, which may lie before what was reached. */
  z.object({ kind: z.literal('resumed'), ...where }),
  /** A person ended it. */
  z.object({ kind: z.literal('stopped'), ...where }),
  /** Its process went away: killed, crashed, or Tessera was closed. */
  z.object({ kind: z.literal('interrupted'), ...where, ...error }),
  z.object({ kind: z.literal('failed'), ...where, ...error }),
  /** The epoch that begins here goes by other labels than the one before. */
  z.object({
    kind: z.literal('labelsTaken'),
    ...where,
    ...labelChanges.shape,
    dataHash: z.string(),
    /** Of the best epoch so far by the new labels; null before one was judged. */
    bestValAccuracy: z.number().nullable(),
  }),
  /** Changed labels would have left too little to learn; the ones before stay in force. */
  z.object({ kind: z.literal('labelsRefused'), ...where, message: z.string() }),
  /** By a schedule that goes by the loss. */
  z.object({ kind: z.literal('rateLowered'), ...where, learningRate: z.number() }),
  /** One of every k-th. */
  z.object({ kind: z.literal('checkpointKept'), ...where }),
  z.object({ kind: z.literal('stoppedEarly'), ...where, bestEpoch: z.int() }),
]);
export type RunEvent = z.infer<typeof runEvent>;
export type RunEventKind = RunEvent['kind'];

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** An event that nobody has written down yet. */
export type RunHappening = Without<RunEvent, 'id' | 'at'>;
/** And that says nothing of where it happened. */
export type RunNews = Without<RunHappening, 'step' | 'epoch' | 'time'>;

/** A stretch of epochs that a run made with the same pictures and labels. */
export const runData = z.object({
  /** From 1. */
  fromEpoch: z.int(),
  /** null: until its end. */
  toEpoch: z.int().nullable(),
  /** SHA-256 of the manifest with the labels that were in force. */
  dataHash: z.string(),
  /** Against the stretch before; null for the first one. */
  changes: labelChanges.nullable(),
});
export type RunData = z.infer<typeof runData>;
