import { TesseraError, type Run } from '../../contract/index.ts';
import type { Client } from './cli.ts';

/**
 * The run that the person means, by id or by name; without either the latest finished one, or else the latest that
 * can answer. Throws `runNotFound`.
 */
export async function findRun(client: Client, projectId: string, named: string | undefined): Promise<Run> {
  const runs = (await client.runs.list({ projectId })).toSorted((a, b) => b.createdAt - a.createdAt);
  const found =
    named === undefined
      ? (runs.find(({ status }) => status === 'done') ?? runs.find(({ hasCheckpoint }) => hasCheckpoint))
      : (runs.find(({ id }) => id === named) ?? runs.find(({ name }) => name === named));
  if (found === undefined) throw new TesseraError('runNotFound', { run: named ?? 'that is finished' });
  return found;
}
