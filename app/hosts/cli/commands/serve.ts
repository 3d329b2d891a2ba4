import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { sampleName, TesseraError, type SampleName } from '../../../contract/index.ts';
import { ensureSample } from '../../sample-project.ts';
import { WebHost } from '../../web/server.ts';
import { oneOf, wholeNumber, withJson } from '../arguments.ts';
import { withServices } from '../cli.ts';
import { isLoopback, listenError, ownAddress } from '../listening.ts';
import { openInBrowser } from '../open-in-browser.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  port: number;
  address: string;
  sample?: SampleName;
  open?: boolean;
  json?: boolean;
}

const screens = fileURLToPath(new URL('../../../../build/renderer', import.meta.url));

export function serveCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('serve [project]')
    .description('the app in a browser on this computer; prints its address')
    .option('--port <n>', '0: any free one', wholeNumber(0, 65_535), 0)
    .option('--address <ip>', 'an address of this computer to listen on', ownAddress, '127.0.0.1')
    .addOption(oneOf('--sample <name>', 'have a sample project ready', sampleName.options))
    .option('--open', 'open the browser');
  withJson(command).action((project: string | undefined, options: Options) =>
    withServices(terminal, 'web', options.json ?? false, async ({ client, services, signal, json }) => {
      if (!existsSync(join(screens, 'index.html'))) throw new TesseraError('fileNotFound', { path: screens });
      if (project !== undefined) await client.projects.open({ path: resolve(project) });
      const { port, address } = options;
      await using host = await WebHost.start({ services, screens, port, address }).catch((error: unknown) => {
        throw listenError(error, options);
      });
      if (!isLoopback(address)) {
        terminal.say(
          `Warning: everybody who can reach ${address} can talk to this Tessera, without encryption.`,
        );
      }
      if (options.sample) await ensureSample(client, options.sample);
      if (json) terminal.json({ url: host.url });
      else terminal.result(host.url);
      if (options.open) openInBrowser(host.url);
      if (signal.aborted) return;
      await new Promise<void>((end) => signal.addEventListener('abort', () => end(), { once: true }));
    }),
  );
}
