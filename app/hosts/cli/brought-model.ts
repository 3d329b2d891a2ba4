import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  TesseraError,
  type BroughtModelInfo,
  type Preprocessing,
  type PreprocessingPreset,
} from '../../contract/index.ts';
import type { Cli, Client } from './cli.ts';
import type { Terminal } from './terminal.ts';

/** Brings a file into a project. Throws `fileNotFound`, `fileMalformed`, `modelNotTaken`. */
export const bringModel = (
  { client }: Pick<Cli, 'client'>,
  projectId: string,
  file: string,
  options: { name?: string; preprocessing?: PreprocessingPreset } = {},
): Promise<BroughtModelInfo> =>
  client.models.bring({ projectId, source: { paths: [resolve(file)] }, ...options });

/** A model of the project by its name or id. Throws `broughtModelNotFound`. */
export async function findBrought(
  client: Client,
  projectId: string,
  named: string,
): Promise<BroughtModelInfo> {
  const models = await client.models.brought({ projectId });
  const found = models.find(({ id, name }) => id === named || name === named);
  if (found === undefined) throw new TesseraError('broughtModelNotFound', { model: named });
  return found;
}

/** What `train --start` names: a model of the project, or else a file, which is brought in first. */
export async function startModelOf(cli: Cli, projectId: string, named: string): Promise<BroughtModelInfo> {
  const models = await cli.client.models.brought({ projectId });
  const known = models.find(({ id, name }) => id === named || name === named);
  if (known !== undefined) return known;
  if (!existsSync(named)) throw new TesseraError('broughtModelNotFound', { model: named });
  const brought = await bringModel(cli, projectId, named);
  if (!cli.json) tellBrought(cli.terminal, brought);
  return brought;
}

const scales: Record<Preprocessing, string> = {
  own: 'as it says itself',
  imagenet: 'less ImageNet’s mean, by its standard deviation',
  centred: '−1 to 1',
  unit: '0 to 1',
  bytes: '0 to 255',
};

export function tellBrought(terminal: Terminal, model: BroughtModelInfo): void {
  const { name, architecture, format, outputs, input, parameters, preprocessing, isAssumed } = model;
  terminal.say(
    `${name}: ${architecture ?? format}, ${parameters} parameters, ${outputs} classes, pictures of ${input.height} pixels`,
  );
  terminal.say(
    `Its numbers are ${scales[preprocessing]}${isAssumed ? ': assumed, for the file does not say it (--preprocessing)' : ''}.`,
  );
}
