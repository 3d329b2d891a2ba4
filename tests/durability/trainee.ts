/**
 * A process that trains a run as a worker does, until it is done or killed: `trainee.ts <project> <run>`. Says each step that it
 * made, and at the end the hash of its weights, a line each.
 */
import { writeSync } from 'node:fs';
import type { TaskContext } from '../../app/jobs/tasks/context.ts';
import { runTrain } from '../../app/jobs/tasks/train.ts';

const [, , projectPath = '', runId = ''] = process.argv;
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);

const nothing = (): void => undefined;
const context: TaskContext = {
  signal: new AbortController().signal,
  pausing: new AbortController().signal,
  progress: nothing,
  images: () => Promise.resolve(),
  decode: () => Promise.reject(new Error('nothing is decoded by the pool here')),
  decoded: nothing,
  measured: nothing,
  suggestions: nothing,
  happened: nothing,
  dataOf: () => Promise.resolve({ data: null, refused: null }),
  metrics: (points) => {
    for (const { step } of points) say({ step });
  },
  checkpoint: (epoch) => say({ saved: epoch }),
};
const { weightHash } = await runTrain({ kind: 'train', projectPath, runId, resume: true }, context);
say({ weightHash });
