import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { answersFormat, type AnswersFormat, type Prediction } from '../../../contract/index.ts';
import { fraction, oneOf, withJson } from '../arguments.ts';
import { withServices, type Cli, type Client } from '../cli.ts';
import { isModelFile } from '../model-file.ts';
import { findRun } from '../find-run.ts';
import { percent } from '../format.ts';
import { predictFolder } from '../predict-folder.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  run?: string;
  out?: string;
  format?: AnswersFormat;
  threshold?: number;
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
    .description(
      'ask a run, or a model that was exported, about pictures, whole folders, or a tensor in an .npy file',
    )
    .option('--run <run>', 'a run’s id or name; the latest finished one unless given')
    .option(
      '--out <path>',
      'where the answers about folders go; begun before and not finished, it goes on there',
    )
    .addOption(
      oneOf(
        '--format <format>',
        'a table, an array, one object a line, or copies sorted by class; by the ending of --out unless given',
        answersFormat.options,
      ),
    )
    .option(
      '--threshold <p>',
      'below this probability a picture is “unsure”; 0.5 for sorted copies, else 0 unless given',
      fraction(1),
    );
  withJson(command).action((path: string, inputs: string[], options: Options) => {
    const { run, out, format, threshold } = options;
    const isFile = isModelFile(path);
    if (isFile && run !== undefined) wrongUsage(command, '--run goes with a project, not with a file');
    const tensor = inputs.find((input) => hasEnding(input, '.npy'));
    if (tensor !== undefined && inputs.length > 1)
      wrongUsage(command, 'give one .npy file alone, or pictures');
    const isWritten = [out, format, threshold].some((option) => option !== undefined);
    if (tensor !== undefined && isWritten)
      wrongUsage(command, '--out, --format and --threshold go with pictures, not with a tensor');
    const isWhole = isWritten || inputs.some(isFolder);
    if (isWhole && isFile && out === undefined)
      wrongUsage(command, 'a model file has no exports folder; say with --out where the answers are to go');
    return withServices(terminal, 'cli', options.json ?? false, async (cli) => {
      if (isWhole) {
        const model = isFile ? { model: resolve(path) } : await chosenRun(cli.client, path, run);
        return predictFolder(cli, model, inputs, options);
      }
      const asked = isFile
        ? askFile(cli.client, path)
        : askRun(cli.client, await chosenRun(cli.client, path, run));
      if (tensor === undefined)
        tellPredictions(cli, inputs, await asked.pictures(inputs.map((input) => resolve(input))));
      else tellOutputs(cli, await asked.tensor(resolve(tensor)));
    });
  });
}

const hasEnding = (path: string, ending: string): boolean => path.toLowerCase().endsWith(ending);

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

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

async function chosenRun(
  client: Client,
  path: string,
  named: string | undefined,
): Promise<{ projectId: string; runId: string }> {
  const { id: projectId } = await client.projects.open({ path: resolve(path) });
  return { projectId, runId: (await findRun(client, projectId, named)).id };
}

function askRun({ predictions }: Client, run: { projectId: string; runId: string }): Asked {
  return {
    pictures: (paths) => predictions.predict({ ...run, pictures: { paths } }),
    tensor: (tensor) => predictions.logits({ ...run, path: tensor }),
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
