import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  preprocessingPreset,
  type BroughtModelInfo,
  type PreprocessingPreset,
} from '../../../contract/index.ts';
import { oneOf, withJson } from '../arguments.ts';
import { bringModel, findBrought, tellBrought } from '../brought-model.ts';
import { withServices } from '../cli.ts';
import { bytes } from '../format.ts';
import type { Terminal } from '../terminal.ts';

interface ImportOptions {
  name?: string;
  preprocessing?: PreprocessingPreset;
  json?: boolean;
}

/** `model import`, `list` and `remove`: networks of other programs as a start. */
export function modelCommand(program: Command, terminal: Terminal): void {
  const model = program.command('model').description('models of other programs, as a start for training');
  const bring = model
    .command('import <project> <file>')
    .description('bring in an ONNX classifier, or safetensors of a known architecture')
    .option('--name <name>', 'what it is called in the project; the file’s name unless given')
    .addOption(
      oneOf('--preprocessing <preset>', 'what it expects its numbers to be', preprocessingPreset.options),
    );
  withJson(bring).action((project: string, file: string, options: ImportOptions) =>
    withServices(terminal, 'cli', options.json ?? false, async (cli) => {
      const { id } = await cli.client.projects.open({ path: resolve(project) });
      const { name, preprocessing } = options;
      const brought = await bringModel(cli, id, file, {
        ...(name !== undefined && { name }),
        ...(preprocessing !== undefined && { preprocessing }),
      });
      if (cli.json) terminal.json(shown(brought));
      else tellBrought(terminal, brought);
    }),
  );
  const list = model.command('list <project>').description('the models that were brought in');
  withJson(list).action((project: string, { json }: { json?: boolean }) =>
    withServices(terminal, 'cli', json ?? false, async ({ client }) => {
      const { id } = await client.projects.open({ path: resolve(project) });
      const models = await client.models.brought({ projectId: id });
      if (json) terminal.json(models.map(shown));
      else {
        terminal.table([
          ['model', 'network', 'pictures', 'classes', 'parameters', 'size'],
          ...models.map((each) => [
            each.name,
            each.architecture ?? each.format,
            each.input.height,
            each.outputs,
            each.parameters,
            bytes(each.bytes),
          ]),
        ]);
      }
    }),
  );
  model
    .command('remove <project> <model>')
    .description('remove one; runs that began with it keep what they have')
    .action((project: string, named: string) =>
      withServices(terminal, 'cli', false, async ({ client }) => {
        const { id } = await client.projects.open({ path: resolve(project) });
        const found = await findBrought(client, id, named);
        await client.models.removeBrought({ projectId: id, modelId: found.id });
        terminal.say(`${found.name} was removed.`);
      }),
    );
}

const shown = ({
  id,
  name,
  format,
  architecture,
  input,
  outputs,
  classes,
  preprocessing,
  isAssumed,
  parameters,
}: BroughtModelInfo) => ({
  id,
  name,
  format,
  architecture,
  input,
  outputs,
  classes,
  preprocessing,
  isAssumed,
  parameters,
});
