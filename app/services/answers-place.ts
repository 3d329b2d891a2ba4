import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { AnswersFormat } from '../contract/index.ts';

/**
 * Where answers about a folder go unless the person said: named after the run and the folder, with a number where that is
 * taken. What was begun under a name and never finished goes on under it.
 */
export function answersPlace(folder: string, name: string, format: AnswersFormat): string {
  const ending = format === 'folders' ? '' : `.${format}`;
  const stem = join(folder, name);
  let path = stem + ending;
  for (let number = 2; existsSync(path) && !isUnfinished(path); number++)
    path = `${stem} (${number})${ending}`;
  return path;
}

/** As `jobs/tasks/folder/unfinished` calls it. */
const isUnfinished = (path: string): boolean =>
  existsSync(join(dirname(path), `.${basename(path)}.unfinished`));
