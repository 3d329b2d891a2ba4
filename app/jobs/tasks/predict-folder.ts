import { hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TesseraError, type FolderAnswers } from '../../contract/index.ts';
import type { Task, TaskResults } from '../../core/tasks.ts';
import { publishFile, publishFolder } from '../../storage/files.ts';
import type { TaskContext } from './context.ts';
import { verdictOf, type Answer } from './folder/answer.ts';
import { answerAll } from './folder/answer-all.ts';
import { answerText, type AnswerText } from './folder/answer-text.ts';
import { askedModel, type AskedModel } from './folder/asked-model.ts';
import { AnswerJournal } from './folder/journal.ts';
import { Unfinished } from './folder/unfinished.ts';
import { folderPictures } from './folder-pictures.ts';
import { checkFreeFolder } from './free-folder.ts';
import { orNotWritten } from './write-failure.ts';

/** Lies among the sorted copies and says how sure each answer is. */
const tableName = 'predictions.csv';
/** Files that are told by name; all of them are in what is written. */
const toldProblems = 50;

type FolderTask = Extract<Task, { kind: 'predictFolder' }>;

/**
 * Every picture below folders through a model → a table, JSON, or copies sorted by what they were taken for. Each answer is on
 * the disk before the next ones are asked for: the same task goes on where it was cancelled, failed or killed, with the
 * files that are there then. What bears the name `out` is whole. Throws `fileNotFound`, `fileUnreadable`, `folderTaken`,
 * `fileNotWritten`, and what the model throws.
 */
export async function runPredictFolder(
  task: FolderTask,
  context: Pick<TaskContext, 'signal' | 'progress'>,
): Promise<TaskResults['predictFolder']> {
  const { format, out, threshold } = task;
  const isSorting = format === 'folders';
  const model = await askedModel(task.model);
  const unfinished = new Unfinished(out);
  const plan = planOf(task, model);
  // A kill may have come after everything was written, just before the journal was thrown away.
  const isWritten = isSorting && (await unfinished.isPublished(plan, join(out, tableName)));
  if (!isWritten) await checkPlace(task);
  const inputs = (await folderPictures(task.paths)).filter(({ path }) => !path.startsWith(out + sep));
  await orNotWritten(out, unfinished.takeUp(plan));
  await using journal = await orNotWritten(out, AnswerJournal.open(unfinished.journal));
  const answers = (): AsyncGenerator<Answer> => journal.rows(inputs.map(({ path }) => path));
  if (!isWritten) {
    const question = { model, inputs, threshold, isSorting };
    await answerAll(question, journal, unfinished, context);
    const { copies, file } = unfinished;
    const text = answerText(format, model.classes, threshold);
    await orNotWritten(out, writeText(isSorting ? join(copies, tableName) : file, text, answers()));
    await orNotWritten(out, isSorting ? publishFolder(copies, out) : publishFile(file, out));
  }
  const summary = await summaryOf(answers(), model, task);
  await unfinished.remove();
  return summary;
}

/** Before hours of work rather than after them. */
async function checkPlace({ format, out, model }: FolderTask): Promise<void> {
  if (format === 'folders') return checkFreeFolder(out, 'runId' in model ? model.projectPath : null);
  const found = await stat(out).catch(() => null);
  if (found?.isDirectory() === true) {
    throw new TesseraError('fileNotWritten', { path: out, reason: 'it is a folder; name a file in it' });
  }
}

/** Answers of another model, or told in another way, are no beginning. */
function planOf({ format, threshold }: FolderTask, { identity, classes, input }: AskedModel): string {
  return hash('sha256', JSON.stringify({ format, threshold, identity, classes, input }));
}

/** On the disk when it resolves. */
async function writeText(
  path: string,
  { head, between, foot, row }: AnswerText,
  answers: AsyncIterable<Answer>,
): Promise<void> {
  async function* parts(): AsyncGenerator<string> {
    yield head;
    let before = '';
    for await (const answer of answers) {
      yield before + row(answer);
      before = between;
    }
    yield foot;
  }
  await pipeline(Readable.from(parts()), createWriteStream(path));
  const written = await open(path, 'r+');
  try {
    await written.sync();
  } finally {
    await written.close();
  }
}

async function summaryOf(
  answers: AsyncIterable<Answer>,
  { classes }: AskedModel,
  { threshold, out }: FolderTask,
): Promise<FolderAnswers> {
  const summary: FolderAnswers = { images: 0, unsure: 0, unreadable: 0, problems: [], path: out };
  for await (const { file, scores, problem = '' } of answers) {
    if (scores === undefined) {
      summary.unreadable += 1;
      if (summary.problems.length < toldProblems) summary.problems.push({ path: file, reason: problem });
    } else {
      summary.images += 1;
      if (verdictOf(scores, classes, threshold).label === null) summary.unsure += 1;
    }
  }
  return summary;
}
