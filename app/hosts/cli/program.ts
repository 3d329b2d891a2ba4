import { Command } from 'commander';
import { packageVersion } from '../version.ts';
import { benchCommand } from './commands/bench.ts';
import { bringInCommand } from './commands/bring-in.ts';
import { createCommand } from './commands/create.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportCommand } from './commands/export.ts';
import { exportDataCommand } from './commands/export-data.ts';
import { findOriginalsCommand } from './commands/find-originals.ts';
import { importCommand } from './commands/import.ts';
import { infoCommand } from './commands/info.ts';
import { lrCommand } from './commands/lr.ts';
import { jobsCommand } from './commands/jobs.ts';
import { modelCommand } from './commands/model.ts';
import { modelsCommand } from './commands/models.ts';
import { predictCommand } from './commands/predict.ts';
import { runsCommand } from './commands/runs.ts';
import { serveCommand } from './commands/serve.ts';
import { serveModelCommand } from './commands/serve-model.ts';
import { sweepCommand } from './commands/sweep.ts';
import { trainCommand } from './commands/train.ts';
import type { Terminal } from './terminal.ts';

/** Every command; what it says about usage goes to people. */
export function buildProgram(terminal: Terminal): Command {
  const program = new Command('tessera')
    .description('From a folder of pictures to an image classifier, on this computer.')
    .version(packageVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.say(text.trimEnd()),
      writeErr: (text) => terminal.say(text.trimEnd()),
    });
  createCommand(program, terminal);
  importCommand(program, terminal);
  bringInCommand(program, terminal);
  findOriginalsCommand(program, terminal);
  infoCommand(program, terminal);
  trainCommand(program, terminal);
  runsCommand(program, terminal);
  sweepCommand(program, terminal);
  lrCommand(program, terminal);
  jobsCommand(program, terminal);
  evaluateCommand(program, terminal);
  predictCommand(program, terminal);
  exportCommand(program, terminal);
  exportDataCommand(program, terminal);
  serveCommand(program, terminal);
  serveModelCommand(program, terminal);
  modelsCommand(program, terminal);
  modelCommand(program, terminal);
  benchCommand(program, terminal);
  return program;
}
