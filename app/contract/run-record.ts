import { z } from 'zod';

/** The pictures and labels that a run learned from, those of its last epochs where it took up changes. */
export const runDataVersion = z.object({
  /** SHA-256 of the manifest. */
  hash: z.string(),
  /** Frozen versions of the data set that are the very same, the newest first. */
  versions: z.array(z.object({ id: z.int(), name: z.string() })),
  train: z.int(),
  val: z.int(),
  test: z.int(),
  /** In the order of the logits, with their pictures. */
  classes: z.array(z.object({ name: z.string(), pictures: z.int() })),
});
export type RunDataVersion = z.infer<typeof runDataVersion>;

/** What runs take on the disk, bytes. */
export const diskUse = z.object({
  runs: z.array(
    z.object({
      runId: z.string(),
      /** Its whole folder. */
      bytes: z.number(),
      /** Of its checkpoints. */
      checkpoints: z.number(),
      /** The sweep that it is a trial of; null where it is none. */
      sweep: z.string().nullable(),
    }),
  ),
  /** All of them together; a file that two runs share counts once. */
  bytes: z.number(),
  /** What is still free on the disk of the project. */
  free: z.number(),
});
export type DiskUse = z.infer<typeof diskUse>;

/** `spare`: those that neither answer nor are needed to go on; the best and the last one stay. */
export const whichCheckpoints = z.enum(['spare', 'all']);
export type WhichCheckpoints = z.infer<typeof whichCheckpoints>;
