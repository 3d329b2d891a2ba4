import { CommanderError } from 'commander';
import { errorFromWire } from '../../contract/index.ts';
import { ExitWith } from './exit-with.ts';
import { buildProgram } from './program.ts';
import { Terminal } from './terminal.ts';

/** Exit codes: it is done, it could not be done, it was asked for in a wrong way. */
const done = 0;
const failed = 1;
const wrongUsage = 2;

/** Runs one command line and gives its exit code. */
export async function runCli(argv: readonly string[], terminal = new Terminal()): Promise<number> {
  try {
    await buildProgram(terminal).parseAsync(argv, { from: 'user' });
    return done;
  } catch (error) {
    // Commander has said what is wrong; help that was asked for counts as done.
    if (error instanceof CommanderError) return error.exitCode === 0 ? done : wrongUsage;
    if (error instanceof ExitWith) return error.code;
    terminal.say(`tessera: ${errorFromWire(error).message}`);
    return failed;
  }
}
