import { Worker } from 'node:worker_threads';
import type { SQLInputValue } from 'node:sqlite';

export interface Query {
  sql: string;
  values?: SQLInputValue[];
}

/**
 * A thread of a few lines, as text: a file of its own would have to be found again in every bundle and package. It opens
 * the database for reading only and answers each query with its rows.
 */
const thread = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { DatabaseSync } = require('node:sqlite');
  const connection = new DatabaseSync(workerData.file, { readOnly: true, timeout: 5000 });
  connection.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
  const answers = workerData.queries.map(({ sql, values = [] }) => connection.prepare(sql).all(...values));
  connection.close();
  parentPort.postMessage(answers.map((rows) => rows.map((row) => ({ ...row }))));
`;

/**
 * The rows of each query on a database file, read in another thread: whole-file checks and comparisons of 100,000 pictures
 * take a tenth of a second that the person would feel. Throws what SQLite throws.
 */
export async function queryAside(file: string, queries: Query[]): Promise<Record<string, unknown>[][]> {
  const worker = new Worker(thread, { eval: true, workerData: { file, queries } });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread ended with ${code}`)));
  });
}
