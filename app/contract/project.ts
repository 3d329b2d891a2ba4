import { z } from 'zod';
import { readOnlyReason } from './durability.ts';

/** Sample projects that ship with Tessera. */
export const sampleName = z.enum(['xo', 'fashion']);
export type SampleName = z.infer<typeof sampleName>;

export const projectId = z.string().min(1);

/** A project as the home screen shows it. */
export const projectSummary = z.object({
  id: projectId,
  path: z.string(),
  name: z.string(),
  images: z.int(),
  labeled: z.int(),
  classes: z.int(),
  /** Milliseconds since 1970. */
  openedAt: z.number(),
  /** Up to twelve pictures for the mosaic. */
  mosaic: z.array(z.int()),
  /** False when the folder is no longer there; the numbers are then the last known ones. */
  available: z.boolean(),
  /** Why nothing can be changed; null where it can, and where the project is not open. */
  readOnly: readOnlyReason.nullable(),
});
export type ProjectSummary = z.infer<typeof projectSummary>;

/** What this host can do beyond the contract; screens hide what is not there. */
export const hostInfo = z.object({
  kind: z.enum(['electron', 'web', 'cli']),
  version: z.string(),
  /** The engine's instruction set: ref, avx2, … */
  isa: z.string(),
  threads: z.int(),
  /** Where new projects are put unless the person says otherwise. */
  projectsFolder: z.string(),
});
export type HostInfo = z.infer<typeof hostInfo>;
