import { extname, resolve } from 'node:path';
import { answersFormat, isLostProcess, TesseraError, type AnswersFormat } from '../../contract/index.ts';
import type { Cli } from './cli.ts';
import { followJob } from './follow-job.ts';

export interface FolderOptions {
  out?: string;
  format?: AnswersFormat;
  threshold?: number;
}

/** Every picture below these paths through a model; tells where the answers are, and what could not be read. */
export async function predictFolder(
  cli: Cli,
  model: { projectId: string; runId: string } | { model: string },
  paths: readonly string[],
  { out, format = formatOf(out), threshold }: FolderOptions,
): Promise<void> {
  const { client, terminal, json } = cli;
  const job = await followJob(cli, () =>
    client.predictions.startFolder({
      ...model,
      source: { paths: [...paths] },
      format,
      ...(threshold !== undefined && { threshold }),
      ...(out !== undefined && { out: resolve(out) }),
    }),
  ).catch((error: unknown) => {
    if (error instanceof TesseraError && (error.code === 'cancelled' || isLostProcess(error.code)))
      terminal.say('The answers so far are kept. The same command goes on where it was.');
    throw error;
  });
  if (job.result?.kind !== 'predictFolder') throw new TesseraError('unexpected', { reason: 'no result' });
  const { path, images, unsure, unreadable, problems } = job.result;
  if (json) return terminal.json({ path, images, unsure, unreadable, problems });
  terminal.say(`${path}: ${images} pictures${unsure > 0 ? `, ${unsure} of them unsure` : ''}`);
  for (const { reason } of problems) terminal.say(`  ${reason}`);
  if (unreadable > problems.length) terminal.say(`  and ${unreadable - problems.length} more`);
}

/** `answers.json` → `json`; a name without such an ending is that of a folder. */
function formatOf(out: string | undefined): AnswersFormat {
  if (out === undefined) return 'csv';
  const found = answersFormat.safeParse(extname(out).slice(1).toLowerCase());
  return found.success ? found.data : 'folders';
}
