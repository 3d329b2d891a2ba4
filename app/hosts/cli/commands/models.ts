import type { Command } from 'commander';
import { withJson } from '../arguments.ts';
import { withServices } from '../cli.ts';
import type { Terminal } from '../terminal.ts';

export function modelsCommand(program: Command, terminal: Terminal): void {
  const command = program.command('models').description('the architectures that can be trained');
  withJson(command).action((options: { json?: boolean }) =>
    withServices(terminal, 'cli', options.json ?? false, async ({ client, json }) => {
      const models = (await client.models.architectures()).map(
        ({ name, parameters, multiplyAdds, defaultImageSize }) => ({
          name,
          parameters,
          multiplyAdds,
          defaultImageSize,
        }),
      );
      if (json) terminal.json(models);
      else {
        terminal.table([
          ['model', 'parameters', 'multiply-adds per image', 'image size'],
          ...models.map((each) => [each.name, each.parameters, each.multiplyAdds, each.defaultImageSize]),
        ]);
      }
    }),
  );
}
