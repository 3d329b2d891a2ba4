import { resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { ModelPlace } from '../../../services/asked-model.ts';
import { ModelServer } from '../../model-server/server.ts';
import { packageVersion } from '../../version.ts';
import { wholeNumber, withJson } from '../arguments.ts';
import { withServices, type Client } from '../cli.ts';
import { findRun } from '../find-run.ts';
import { isLoopback, listenError, ownAddress } from '../listening.ts';
import { isModelFile } from '../model-file.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  run?: string;
  port: number;
  address: string;
  threshold: number;
  rate: number;
  json?: boolean;
}

export function serveModelCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('serve-model <project|model.onnx|bundle.zip>')
    .description('answer other programs about pictures: POST /predict; prints its address')
    .option('--run <run>', 'a run’s id or name; the latest finished one unless given')
    .option('--port <n>', '0: any free one', wholeNumber(0, 65_535), 0)
    .option('--address <ip>', 'an address of this computer to listen on', ownAddress, '127.0.0.1')
    .option('--threshold <p>', 'below this probability the answer is “not sure”', probability, 0)
    .option('--rate <n>', 'requests a second of one client; 0: no limit', wholeNumber(0, 1_000_000), 0);
  withJson(command).action((path: string, options: Options) => {
    if (isModelFile(path) && options.run !== undefined) {
      return command.error('error: --run goes with a project, not with a file', { exitCode: 2 });
    }
    return withServices(
      terminal,
      'cli',
      options.json ?? false,
      async ({ client, services, signal, json }) => {
        const model = await services.askModel(await placeOf(client, path, options.run));
        const { port, address, threshold, rate } = options;
        await using server = await ModelServer.start({
          model,
          port,
          address,
          threshold,
          rate,
          version: packageVersion(),
        }).catch((error: unknown) => {
          throw listenError(error, options);
        });
        if (!isLoopback(address)) {
          terminal.say(`Warning: everybody who can reach ${address} can ask this model, without encryption.`);
        }
        if (json) terminal.json({ url: server.url, model: model.name, classes: model.classes });
        else terminal.result(server.url);
        if (signal.aborted) return;
        await new Promise<void>((end) => signal.addEventListener('abort', () => end(), { once: true }));
      },
    );
  });
}

async function placeOf(client: Client, path: string, run: string | undefined): Promise<ModelPlace> {
  if (isModelFile(path)) return { path };
  const { id: projectId } = await client.projects.open({ path: resolve(path) });
  const { id: runId } = await findRun(client, projectId, run);
  return { projectId, runId };
}

function probability(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Give a number from 0 to 1.');
}
