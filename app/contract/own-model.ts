import { z } from 'zod';
import { graph } from './model.ts';

export const ownModelId = z.string().regex(/^n-[0-9a-f]{8,32}$/);
export const ownModelName = z.string().trim().min(1).max(100);

/** A network that a person made in a project. Runs keep a copy of their own. */
export const ownModel = z.object({
  id: ownModelId,
  /** Of its own in the project. */
  name: ownModelName,
  graph,
  parameters: z.int(),
  /** ms since 1970 */
  createdAt: z.number(),
  changedAt: z.number(),
});
export type OwnModel = z.infer<typeof ownModel>;
