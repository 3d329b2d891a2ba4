import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { ExitWith } from '../exit-with.ts';

const benchmark = fileURLToPath(new URL('../../../../tests/bench/main.ts', import.meta.url));

/** Hands everything on to the benchmark, a program of its own: nothing else may run in the process that measures. */
export function benchCommand(program: Command): void {
  program
    .command('bench')
    .description('training throughput of this computer; --against torch: side by side with PyTorch')
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .argument('[arguments...]')
    .action(async (args: string[]) => {
      const code = await new Promise<number>((resolve, reject) => {
        const child = spawn(process.execPath, [benchmark, ...args], { stdio: 'inherit' });
        child.on('error', reject);
        child.on('close', (status) => resolve(status ?? 1));
      });
      if (code !== 0) throw new ExitWith(code);
    });
}
