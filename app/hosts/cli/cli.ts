import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import type { Contract } from '../../contract/index.ts';
import { spawnNodeWorker } from '../../jobs/spawn-node.ts';
import type { Services } from '../../services/assemble.ts';
import { composeServices } from '../../services/compose.ts';
import { serveModel } from '../model-server/serve-model.ts';
import { packageVersion } from '../version.ts';
import type { Terminal } from './terminal.ts';

export type Client = ContractRouterClient<Contract>;

/** What a command works with. */
export interface Cli {
  terminal: Terminal;
  client: Client;
  services: Services;
  /** `--json` was given. */
  json: boolean;
  /** Aborts when the person presses Ctrl-C or the process is asked to end. */
  signal: AbortSignal;
}

/**
 * One Ctrl-C may come several times, from the terminal and from every program in between that passes it on (npm, the
 * launcher): within this time it counts once, ms.
 */
const oneKeystroke = 500;

/** Runs a command on services of its own, in this process, and closes everything after it. */
export async function withServices<T>(
  terminal: Terminal,
  kind: 'cli' | 'web',
  json: boolean,
  work: (cli: Cli) => Promise<T>,
): Promise<T> {
  const services = composeServices({
    host: { kind, version: packageVersion() },
    spawn: spawnNodeWorker,
    serveModel,
  });
  const interrupt = new AbortController();
  let interruptedAt = 0;
  const onSignal = (): void => {
    if (!interrupt.signal.aborted) {
      interruptedAt = performance.now();
      interrupt.abort();
    } else if (performance.now() - interruptedAt > oneKeystroke) {
      // The second time it is meant at once; projects and checkpoints survive that.
      process.exit(130);
    }
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    const client = createRouterClient(services.router);
    return await work({ terminal, client, services, json, signal: interrupt.signal });
  } finally {
    await services.dispose();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
