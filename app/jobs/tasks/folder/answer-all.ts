import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { reportError } from '../../../contract/index.ts';
import type { PredictInput } from '../../../core/tasks.ts';
import { batchesOf } from '../../../core/training/batches.ts';
import { toInput } from '../../../formats/images/to-input.ts';
import { writeManyAtomic } from '../../../storage/many-files.ts';
import { readRegularFile } from '../../pictures.ts';
import type { TaskContext } from '../context.ts';
import { inferenceBatch } from '../inference.ts';
import { picturesDone } from '../progress-detail.ts';
import { orNotWritten } from '../write-failure.ts';
import { verdictOf, type Answer } from './answer.ts';
import type { AskedModel } from './asked-model.ts';
import type { AnswerJournal } from './journal.ts';
import { SortedCopies } from './sorted-copies.ts';
import type { Unfinished } from './unfinished.ts';

/** Pictures whose bytes stay in memory until their copies are written. */
const sortedAtOnce = 16;

export interface Question {
  model: AskedModel;
  inputs: readonly PredictInput[];
  threshold: number;
  /** Whether copies are sorted. */
  isSorting: boolean;
}

interface Listed extends PredictInput {
  /** Size and time of change; empty where the file is gone. */
  stamp: string;
}

/** Asks about every file that has no answer yet; while the model works on some, the next ones are read. */
export async function answerAll(
  { model, inputs, threshold, isSorting }: Question,
  journal: AnswerJournal,
  unfinished: Unfinished,
  { signal, progress }: Pick<TaskContext, 'signal' | 'progress'>,
): Promise<void> {
  const listed = await withStamps(inputs);
  const answered = listed.filter(({ path, stamp }) => journal.has(path, stamp));
  const copies = answered.flatMap(({ path }) => journal.copyOf(path) ?? []);
  const kept = isSorting
    ? await orNotWritten(unfinished.out, unfinished.keepCopies(new Set(copies)))
    : new Set<string>();
  const isWhole = ({ path }: Listed): boolean => {
    const copy = journal.copyOf(path);
    return copy === undefined || kept.has(copy);
  };
  const done = new Set(answered.filter(isWhole));
  const left = listed.filter((input) => !done.has(input));
  const sorted = isSorting ? new SortedCopies(model.classes, kept) : null;
  const tell = (count: number): void => progress(count, listed.length, picturesDone(count, listed.length));
  tell(done.size);

  const batches = [...batchesOf([...left.keys()], isSorting ? sortedAtOnce : inferenceBatch)].map((places) =>
    places.map((at) => left[at] as Listed),
  );
  const read = (batch: readonly Listed[] = []): Promise<Reading[]> =>
    Promise.all(batch.map((input) => tryToRead(input, model)));
  let next = read(batches[0]);
  let count = done.size;
  for (const at of batches.keys()) {
    signal.throwIfAborted();
    const readings = await next;
    next = read(batches[at + 1]);
    const answers = await ask(readings, model);
    if (sorted !== null) await writeCopies(readings, answers, { sorted, model, threshold, unfinished });
    // Last of all: an answer says that its copy is there.
    await orNotWritten(unfinished.out, journal.add(answers));
    count += answers.length;
    tell(count);
  }
  signal.throwIfAborted();
  await journal.readAgain();
}

interface Reading {
  input: Listed;
  bytes: Uint8Array;
  /** Null where it could not be read, and `problem` says why. */
  pixels: Uint8Array | null;
  problem: string;
}

async function tryToRead(input: Listed, { input: size }: AskedModel): Promise<Reading> {
  const { path, name } = input;
  try {
    const bytes = await readRegularFile(path, name);
    const pixels = await toInput(bytes, size.height, size.channels === 1 ? 1 : 3, name);
    return { input, bytes, pixels, problem: '' };
  } catch (error) {
    return { input, bytes: new Uint8Array(), pixels: null, problem: reportError(error).message };
  }
}

/** Scores are rounded as they are written, so that an answer that was read again says the same. */
async function ask(readings: readonly Reading[], model: AskedModel): Promise<Answer[]> {
  const scores = (await model.scores(readings.flatMap(({ pixels }) => pixels ?? []))).values();
  return readings.map(({ input: { path, name, stamp }, pixels, problem }) => {
    const given = pixels === null ? undefined : scores.next().value;
    if (given === undefined) return { path, file: name, stamp, problem };
    return { path, file: name, stamp, scores: Array.from(given, (score) => Number(score.toFixed(6))) };
  });
}

/** Copies the very bytes that were asked about; the answers are told where. */
async function writeCopies(
  readings: readonly Reading[],
  answers: readonly Answer[],
  {
    sorted,
    model,
    threshold,
    unfinished,
  }: { sorted: SortedCopies; model: AskedModel; threshold: number; unfinished: Unfinished },
): Promise<void> {
  const files = readings.flatMap(({ bytes }, at) => {
    const answer = answers[at];
    if (answer?.scores === undefined) return [];
    answer.copy = sorted.place(answer.file, verdictOf(answer.scores, model.classes, threshold).label);
    return [{ path: join(unfinished.copies, ...answer.copy.split('/')), data: bytes }];
  });
  await orNotWritten(unfinished.out, writeManyAtomic(files));
}

async function withStamps(inputs: readonly PredictInput[]): Promise<Listed[]> {
  const listed: Listed[] = [];
  for (const places of batchesOf([...inputs.keys()], 256)) {
    const batch = places.map((at) => inputs[at] as PredictInput);
    const found = await Promise.all(batch.map(({ path }) => stat(path).catch(() => null)));
    batch.forEach((input, at) => {
      const status = found[at] ?? null;
      listed.push({ ...input, stamp: status === null ? '' : `${status.size} ${status.mtimeMs}` });
    });
  }
  return listed;
}
