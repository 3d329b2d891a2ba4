import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { withJson, wholeNumber } from '../arguments.ts';
import { ExitWith } from '../exit-with.ts';
import type { Terminal } from '../terminal.ts';
import { tellPlan, type PlanOptions } from './plan.ts';

const benchmark = fileURLToPath(new URL('../../../../tests/bench/main.ts', import.meta.url));

/** Hands everything on to the benchmark, a program of its own: nothing else may run in the process that measures. */
export function benchCommand(program: Command, terminal: Terminal): void {
  program
    .command('bench')
    .description('training throughput of this computer; --against torch: side by side with PyTorch')
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .argument('[arguments...]')
    .addHelpText('after', '  --plan PROJECT: what every architecture would take with its pictures')
    .action(async (args: string[]) => {
      if (args[0] === '--plan') return plan(program, terminal, args.slice(1));
      const code = await new Promise<number>((resolve, reject) => {
        const child = spawn(process.execPath, [benchmark, ...args], { stdio: 'inherit' });
        child.on('error', reject);
        child.on('close', (status) => resolve(status ?? 1));
      });
      if (code !== 0) throw new ExitWith(code);
    });
}

/** `bench --plan <project>` has options of its own; what it says about usage goes where the program's does. */
async function plan(program: Command, terminal: Terminal, args: string[]): Promise<void> {
  const command = new Command('bench --plan')
    .copyInheritedSettings(program)
    .argument('<project>')
    .option('--epochs <n>', 'times through all pictures', wholeNumber(1, 10_000), 10)
    .option('--batch-size <n>', 'pictures a step', wholeNumber(1, 1024), 32)
    .option('--threads <n>', '0: as many as the machine has cores', wholeNumber(0, 256), 0);
  withJson(command).action((path: string, options: Omit<PlanOptions, 'json'> & { json?: boolean }) =>
    tellPlan(terminal, path, { ...options, json: options.json ?? false }),
  );
  await command.parseAsync(args, { from: 'user' });
}
