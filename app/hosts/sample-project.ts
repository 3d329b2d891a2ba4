import { join } from 'node:path';
import type { ContractRouterClient } from '@orpc/contract';
import { errorFromWire, type Contract, type SampleName } from '../contract/index.ts';

const names: Record<SampleName, string> = { xo: 'X and O', fashion: 'Fashion' };

/**
 * Makes a sample project in the projects folder if it is not there yet; it fills while the screens open already.
 * One that the person has moved, renamed or taken off the list is left alone.
 */
export async function ensureSample(
  client: ContractRouterClient<Contract>,
  sample: SampleName,
): Promise<void> {
  const { projectsFolder } = await client.host();
  const name = names[sample];
  try {
    await client.projects.create({ name, path: join(projectsFolder, name), sample });
  } catch (error) {
    const { code } = errorFromWire(error);
    if (code !== 'projectExists' && code !== 'projectLocked') throw error;
  }
}
