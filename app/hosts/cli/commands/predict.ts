import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Prediction } from '../../../contract/index.ts';
import { withJson } from '../arguments.ts';
import { withServices, type Cli, type Client } from '../cli.ts';
import { isModelFile } from '../model-file.ts';
import { findRun } from '../find-run.ts';
import { percent } from '../format.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  run?: string;
  json?: boolean;
}

/** Who is asked: a run of a project, or a file that was exported. */
interface Asked {
  pictures(paths: string[]): Promise<Prediction[]>;
  tensor(path: string): Promise<{ outputs: number[][] }>;
}

export function predictCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('predict <project|model.onnx|bundle.zip> <input...>')
    .description('ask a run, or a model that was exported, about pictures or about a tensor in an .npy file')
    .option('--run <run>', 'a run’s id or name; the latest finished one unless given');
  withJson(command).action((path: string, inputs: string[], { run, json }: Options) => {
    const isFile = isModelFile(path);
    if (isFile && run !== undefined) wrongUsage(command, '--run goes with a project, not with a file');
    const tensor = inputs.find((input) => hasEnding(input, '.npy'));
    if (tensor !== undefined && inputs.length > 1)
      wrongUsage(command, 'give one .npy file alone, or pictures');
    return withServices(terminal, 'cli', json ?? false, async (cli) => {
      const asked = isFile ? askFile(cli.client, path) : await askRun(cli.client, path, run);
      if (tensor === undefined)
        tellPredictions(cli, inputs, await asked.pictures(inputs.map((input) => resolve(input))));
      else tellOutputs(cli, await asked.tensor(resolve(tensor)));
    });
  });
}

const hasEnding = (path: string, ending: string): boolean => path.toLowerCase().endsWith(ending);

function wrongUsage(command: Command, what: string): never {
  return command.error(`error: ${what}`, { exitCode: 2 });
}

function askFile({ predictions }: Client, path: string): Asked {
  const model = resolve(path);
  return {
    pictures: (paths) => predictions.predictWithFile({ model, paths }),
    tensor: (tensor) => predictions.logitsOfFile({ model, path: tensor }),
  };
}

async function askRun(client: Client, path: string, named: string | undefined): Promise<Asked> {
  const { id: projectId } = await client.projects.open({ path: resolve(path) });
  const { id: runId } = await findRun(client, projectId, named);
  return {
    pictures: (paths) => client.predictions.predict({ projectId, runId, pictures: { paths } }),
    tensor: (tensor) => client.predictions.logits({ projectId, runId, path: tensor }),
  };
}

function tellPredictions(
  { terminal, json }: Cli,
  inputs: readonly string[],
  predictions: Prediction[],
): void {
  const answers = predictions.map(({ label, confidence, scores }, index) => ({
    input: inputs[index] ?? '',
    label,
    confidence,
    scores: Object.fromEntries(scores.map(({ name, score }) => [name, score])),
  }));
  if (json) terminal.json(answers);
  else terminal.table(answers.map(({ input, label, confidence }) => [input, label, percent(confidence)]));
}

function tellOutputs({ terminal, json }: Cli, { outputs }: { outputs: number[][] }): void {
  if (json) terminal.json({ outputs });
  else terminal.table(outputs.map((row) => row.map((logit) => logit.toFixed(4))));
}
