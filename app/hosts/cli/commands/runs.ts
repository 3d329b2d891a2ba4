import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  whichCheckpoints,
  type CheckpointInfo,
  type Run,
  type VersionComparison,
  type WhichCheckpoints,
} from '../../../contract/index.ts';
import { oneOf, withJson } from '../arguments.ts';
import { withServices, type Cli } from '../cli.ts';
import { findRun } from '../find-run.ts';
import { bytes, percent } from '../format.ts';
import { keptText, RunNotes } from '../run-notes.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  compare?: boolean;
  removeCheckpoints?: WhichCheckpoints;
  yes?: boolean;
  json?: boolean;
}

/** `runs`: all of a project, or one with its settings, its data and its checkpoints. */
export function runsCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('runs <project> [run]')
    .description('the runs of a project; or one, with its settings, its data and its checkpoints')
    .option('--compare', 'how the pictures and labels of now differ from those that the run learned from')
    .addOption(
      oneOf(
        '--remove-checkpoints <which>',
        'spare: all but the best and the last; all: then it answers no more. The run and its curves stay',
        whichCheckpoints.options,
      ),
    )
    .option('--yes', 'really remove them');
  withJson(command).action((path: string, named: string | undefined, options: Options) =>
    withServices(terminal, 'cli', options.json ?? false, async (cli) => {
      const { id: projectId } = await cli.client.projects.open({ path: resolve(path) });
      const isOfOne = options.compare === true || options.removeCheckpoints !== undefined;
      if (named === undefined && !isOfOne) return tellAll(cli, projectId);
      const run = await findRun(cli.client, projectId, named);
      if (options.removeCheckpoints !== undefined) {
        return removeCheckpoints(cli, projectId, run, options.removeCheckpoints, options.yes ?? false);
      }
      return tellOne(cli, projectId, run, options.compare ?? false);
    }),
  );
}

async function tellAll({ client, terminal, json }: Cli, projectId: string): Promise<void> {
  const runs = await client.runs.list({ projectId });
  const notes = await RunNotes.read(client, projectId);
  if (json) {
    terminal.json({
      runs: runs.map((run) => ({ ...plain(run), ...notes.of(run) })),
      bytes: notes.bytes,
      freeBytes: notes.free,
    });
    return;
  }
  if (runs.length === 0) return terminal.say('There is no run yet.');
  terminal.table([
    ['run', 'id', 'model', 'status', 'epochs', 'best validation accuracy', 'data', 'classes', 'disk'],
    ...runs.map((run) => [
      run.name,
      run.id,
      run.model,
      run.status,
      `${run.epoch} of ${run.settings.epochs}`,
      percent(run.bestValAccuracy),
      notes.dataOf(run),
      run.classes.length,
      notes.diskOf(run),
    ]),
  ]);
  terminal.say(`All runs together: ${bytes(notes.bytes)}; ${bytes(notes.free)} are free on that disk.`);
}

async function tellOne(
  { client, terminal, json }: Cli,
  projectId: string,
  run: Run,
  compares: boolean,
): Promise<void> {
  const which = { projectId, runId: run.id };
  const [data, stretches, checkpoints, notes, changes] = await Promise.all([
    client.runs.dataVersion(which),
    client.runs.data(which),
    client.runs.checkpoints(which),
    RunNotes.read(client, projectId),
    compares ? client.runs.compareData(which) : null,
  ]);
  if (json) {
    const sinceThen = changes === null ? {} : { sinceThen: countsOf(changes) };
    terminal.json({
      ...plain(run),
      ...notes.of(run),
      settings: run.settings,
      data: { ...data, stretches },
      checkpoints,
      ...sinceThen,
    });
    return;
  }
  terminal.say(
    `${run.name} (${run.id}): ${run.model}, ${run.status}, ${run.epoch} of ${run.settings.epochs} epochs`,
  );
  for (const [name, value] of settingsOf(run.settings)) terminal.say(`  ${name.padEnd(24)} ${value}`);
  const frozen = data.versions.map(({ name }) => name).join(', ');
  const called = frozen === '' ? 'no frozen version' : `version ${frozen}`;
  terminal.say(
    `Data: ${called}, ${data.hash.slice(0, 10)}; ${data.train} to train, ${data.val} to validate, ${data.test} to test`,
  );
  for (const { name, pictures } of data.classes) terminal.say(`  ${name.padEnd(24)} ${pictures}`);
  for (const { fromEpoch, changes: labels } of stretches) {
    if (labels === null) continue;
    const { relabeled, leftOut, takenBack } = labels;
    terminal.say(
      `  from epoch ${fromEpoch} on: ${relabeled} relabeled, ${leftOut} left out, ${takenBack} taken back`,
    );
  }
  if (changes !== null) {
    const { added, removed, relabeled, moved } = countsOf(changes);
    terminal.say(
      `Since then: ${added} added, ${removed} removed, ${relabeled} relabeled, ${moved} moved to another split`,
    );
  }
  terminal.say(`Checkpoints: ${bytes(sizeOf(checkpoints))}; ${keptText(run, notes.of(run).sweep)}`);
  tellCheckpoints(terminal, checkpoints);
}

async function removeCheckpoints(
  { client, terminal, json }: Cli,
  projectId: string,
  run: Run,
  which: WhichCheckpoints,
  isMeant: boolean,
): Promise<void> {
  const ofRun = { projectId, runId: run.id };
  const before = await client.runs.checkpoints(ofRun);
  if (!isMeant) {
    if (json) return terminal.json({ removedBytes: 0, checkpoints: before });
    tellCheckpoints(terminal, before);
    const left = which === 'all' ? 'none of them, and answers no more' : 'the best and the last';
    return terminal.say(`Nothing was removed. With --yes ${run.name} keeps ${left}.`);
  }
  await client.runs.removeCheckpoints({ ...ofRun, which });
  const after = await client.runs.checkpoints(ofRun);
  const removedBytes = sizeOf(before) - sizeOf(after);
  if (json) terminal.json({ removedBytes, checkpoints: after });
  else
    terminal.say(
      `${before.length - after.length} checkpoints of ${run.name} were removed, ${bytes(removedBytes)}.`,
    );
}

function tellCheckpoints(terminal: Terminal, checkpoints: readonly CheckpointInfo[]): void {
  if (checkpoints.length === 0) return;
  terminal.table([
    ['checkpoint', 'size', 'saved'],
    ...checkpoints.map(({ which, epoch, bytes: size, savedAt }) => [
      epoch === null ? which : `epoch ${epoch}`,
      bytes(size),
      new Date(savedAt).toISOString(),
    ]),
  ]);
}

const sizeOf = (checkpoints: readonly CheckpointInfo[]): number =>
  checkpoints.reduce((sum, { bytes: size }) => sum + size, 0);

const countsOf = ({ added, removed, relabeled, moved }: VersionComparison) => ({
  added: added.count,
  removed: removed.count,
  relabeled: relabeled.count,
  moved: moved.count,
});

const plain = ({
  id,
  name,
  model,
  status,
  epoch,
  settings,
  bestValAccuracy,
  testAccuracy,
  classes,
}: Run) => ({
  id,
  name,
  model,
  status,
  epoch,
  epochs: settings.epochs,
  bestValAccuracy,
  testAccuracy,
  classes,
});

/** Each setting that is no object itself, by its path. */
function settingsOf(settings: object, prefix = ''): [path: string, value: string][] {
  return Object.entries(settings).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    // A network of one's own is told by its name.
    if (key === 'graph' || key === 'blocks') return [[path, 'own layers']];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return settingsOf(value, path);
    return [[path, Array.isArray(value) ? value.join(', ') : String(value)]];
  });
}
