import { resolve } from 'node:path';
import type { Command } from 'commander';
import { withJson } from '../arguments.ts';
import { withServices, type Cli } from '../cli.ts';
import { findRun } from '../find-run.ts';
import { percent } from '../format.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  run?: string;
  json?: boolean;
}

export function predictCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('predict <project> <input...>')
    .description('ask a run about pictures, or about a tensor in an .npy file')
    .option('--run <run>', 'a run’s id or name; the latest finished one unless given');
  withJson(command).action((path: string, inputs: string[], { run: named, json }: Options) => {
    const tensor = tensorAmong(inputs, command);
    return withServices(terminal, 'cli', json ?? false, async (cli) => {
      const { id: projectId } = await cli.client.projects.open({ path: resolve(path) });
      const { id: runId } = await findRun(cli.client, projectId, named);
      if (tensor === null) await predictPictures(cli, projectId, runId, inputs);
      else await predictTensor(cli, projectId, runId, tensor);
    });
  });
}

/** The one `.npy` that was given, or null where pictures were. */
function tensorAmong(inputs: readonly string[], command: Command): string | null {
  const tensor = inputs.find((input) => input.toLowerCase().endsWith('.npy'));
  if (tensor === undefined) return null;
  if (inputs.length > 1) command.error('error: give one .npy file alone, or pictures', { exitCode: 2 });
  return tensor;
}

async function predictPictures(cli: Cli, projectId: string, runId: string, inputs: string[]): Promise<void> {
  const { client, terminal, json } = cli;
  const paths = inputs.map((input) => resolve(input));
  const predictions = await client.predictions.predict({ projectId, runId, pictures: { paths } });
  const answers = predictions.map(({ label, confidence, scores }, index) => ({
    input: inputs[index] ?? '',
    label,
    confidence,
    scores: Object.fromEntries(scores.map(({ name, score }) => [name, score])),
  }));
  if (json) terminal.json(answers);
  else terminal.table(answers.map(({ input, label, confidence }) => [input, label, percent(confidence)]));
}

async function predictTensor(cli: Cli, projectId: string, runId: string, path: string): Promise<void> {
  const { client, terminal, json } = cli;
  const { outputs } = await client.predictions.logits({ projectId, runId, path: resolve(path) });
  if (json) terminal.json({ outputs });
  else terminal.table(outputs.map((row) => row.map((logit) => logit.toFixed(4))));
}
