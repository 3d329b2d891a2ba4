import { resolve } from 'node:path';
import type { Command } from 'commander';
import { withJson } from '../arguments.ts';
import { withServices } from '../cli.ts';
import { bytes, percent } from '../format.ts';
import { RunNotes } from '../run-notes.ts';
import type { Terminal } from '../terminal.ts';

export function infoCommand(program: Command, terminal: Terminal): void {
  const command = program.command('info <project>').description('what is in a project');
  withJson(command).action((path: string, options: { json?: boolean }) =>
    withServices(terminal, 'cli', options.json ?? false, async ({ client, json }) => {
      const { id: projectId, name } = await client.projects.open({ path: resolve(path) });
      const { images, labeled } = await client.dataset.summary({ projectId });
      const classes = (await client.dataset.classes({ projectId })).map((each) => ({
        name: each.name,
        total: each.total,
        train: each.train,
        val: each.val,
        test: each.test,
      }));
      const all = await client.runs.list({ projectId });
      const notes = await RunNotes.read(client, projectId);
      if (json) {
        const runs = all.map((run) => {
          const { id, model, status, bestValAccuracy } = run;
          const { dataHash, dataVersions, bytes: runBytes } = notes.of(run);
          return { id, model, status, bestValAccuracy, dataHash, dataVersions, bytes: runBytes };
        });
        terminal.json({ images, labeled, classes, runs });
        return;
      }
      terminal.say(`${name}: ${images} pictures, ${labeled} labeled`);
      terminal.table([
        ['class', 'total', 'train', 'val', 'test'],
        ...classes.map(({ name, total, train, val, test }) => [name, total, train, val, test]),
      ]);
      if (all.length === 0) return;
      terminal.table([
        ['run', 'id', 'model', 'status', 'best validation accuracy', 'data', 'disk'],
        ...all.map((run) => [
          run.name,
          run.id,
          run.model,
          run.status,
          percent(run.bestValAccuracy),
          notes.dataOf(run),
          notes.diskOf(run),
        ]),
      ]);
      terminal.say(`All runs together: ${bytes(notes.bytes)}`);
    }),
  );
}
