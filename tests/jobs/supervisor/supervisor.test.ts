import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { TesseraError } from '../../../app/contract/index.ts';
import type { Task, TaskListener } from '../../../app/core/tasks.ts';
import { spawnNodeWorker } from '../../../app/jobs/spawn-node.ts';
import { Supervisor } from '../../../app/jobs/supervisor.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}.ts`, import.meta.url));
const oddWorker = fixture('odd-worker');

const opened: Supervisor[] = [];
let spawned = 0;

/** A supervisor of workers that run `file`; a cancelled task has half a second. */
function supervisor(file = oddWorker): Supervisor {
  const made = new Supervisor(() => {
    spawned++;
    return spawnNodeWorker(file);
  }, 500);
  opened.push(made);
  spawned = 0;
  return made;
}

afterEach(async () => {
  for (const each of opened.splice(0)) await each[Symbol.asyncDispose]();
});

type Import = Extract<Task, { kind: 'import' }>;
type Inspect = Extract<Task, { kind: 'inspect' }>;
const toImport = (wish: string): Import => ({
  kind: 'import',
  projectPath: '',
  paths: [wish],
  layout: 'auto',
});
const toInspect = (wish: string): Inspect => ({ kind: 'inspect', paths: [wish], layout: 'auto' });

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof TesseraError ? error.code : String(error)),
  );

/** Resolves when the task has said something. */
function underWay(listener: TaskListener = {}): TaskListener & { begun: Promise<unknown> } {
  const { promise, resolve } = Promise.withResolvers<true>();
  return { ...listener, begun: promise, onProgress: () => resolve(true) };
}

describe('tasks', () => {
  test('of one lane run one after the other in one process that stays warm', async () => {
    const runner = supervisor();
    const results = await Promise.all([1, 2, 3].map(() => runner.run<'import'>(toImport('be quick')).result));
    expect(new Set(results.flatMap(({ classes }) => classes)).size).toBe(1);
    expect(spawned).toBe(1);
  });

  test('that people wait for do not wait for the long ones', async () => {
    const runner = supervisor();
    const listener = underWay();
    const long = runner.run<'import'>(toImport('be patient'), listener);
    await listener.begun;
    await runner.run<'inspect'>(toInspect('be quick')).result;
    expect(spawned).toBe(2);
    long.cancel();
    expect(await codeOf(long.result)).toBe('cancelled');
  });

  test('do not hear what an earlier task still had to say', async () => {
    const runner = supervisor();
    let heard = 0;
    await runner.run<'import'>(toImport('send late'), { onProgress: () => heard++ }).result;
    expect(heard).toBe(0);
  });

  test('have their pictures acknowledged after the listener has taken them', async () => {
    const order: string[] = [];
    const { result } = supervisor().run<'import'>(toImport('send pictures'), {
      onImages: () => order.push('committed'),
    });
    expect((await result).classes).toEqual(['chunk 0']);
    expect(order).toEqual(['committed']);
  });
});

describe('a worker that dies', () => {
  test.each([
    ['die', /signal SIGABRT/],
    ['leave', /exit code 3/],
  ])('by %s takes its task along, and the next one runs in a new process', async (wish, reason) => {
    const runner = supervisor();
    const lost = runner.run<'import'>(toImport(wish));
    const next = runner.run<'import'>(toImport('be quick'));
    await expect(lost.result).rejects.toMatchObject({
      code: 'workerStopped',
      details: { reason: expect.stringMatching(reason) as string },
    });
    await next.result;
    expect(spawned).toBe(2);
  });

  test('while it has nothing to do is replaced when it is needed', async () => {
    const runner = supervisor();
    const {
      classes: [pid],
    } = await runner.run<'import'>(toImport('be quick')).result;
    process.kill(Number(pid), 'SIGKILL');
    // Until the supervisor has heard of it, a task may still be given to the dead one.
    let outcome = '';
    while (outcome !== 'none') outcome = await codeOf(runner.run<'import'>(toImport('be quick')).result);
    expect(spawned).toBe(2);
  });

  test('before it was ready fails its task and is tried anew for the next', async () => {
    const runner = supervisor(fixture('stillborn-worker'));
    expect(await codeOf(runner.run<'import'>(toImport('be quick')).result)).toBe('workerStopped');
    expect(await codeOf(runner.run<'import'>(toImport('be quick')).result)).toBe('workerStopped');
    expect(spawned).toBe(2);
  });

  test('for want of its engine says so', async () => {
    const runner = supervisor(fixture('unable-worker'));
    await expect(runner.run<'import'>(toImport('be quick')).result).rejects.toMatchObject({
      code: 'engineUnavailable',
      message: expect.stringContaining('the addon is not there') as string,
    });
    expect(await codeOf(runner.engine())).toBe('engineUnavailable');
  });
});

describe('cancelling', () => {
  test('a task that listens leaves its process alone', async () => {
    const runner = supervisor();
    const listener = underWay();
    const task = runner.run<'import'>(toImport('be patient'), listener);
    await listener.begun;
    task.cancel();
    expect(await codeOf(task.result)).toBe('cancelled');
    await runner.run<'import'>(toImport('be quick')).result;
    expect(spawned).toBe(1);
  });

  test('a task that does not listen ends with its process, after the grace', async () => {
    const runner = supervisor();
    const listener = underWay();
    const task = runner.run<'import'>(toImport('be deaf'), listener);
    await listener.begun;
    task.cancel();
    expect(await codeOf(task.result)).toBe('cancelled');
    await runner.run<'import'>(toImport('be quick')).result;
    expect(spawned).toBe(2);
  });

  test('a waiting task does not touch the one that runs', async () => {
    const runner = supervisor();
    const listener = underWay();
    const first = runner.run<'import'>(toImport('be patient'), listener);
    const second = runner.run<'import'>(toImport('be quick'));
    await listener.begun;
    second.cancel();
    expect(await codeOf(second.result)).toBe('cancelled');
    first.cancel();
    expect(await codeOf(first.result)).toBe('cancelled');
    expect(spawned).toBe(1);
  });

  test('before the process is up starts nothing', async () => {
    const runner = supervisor();
    let started = false;
    const task = runner.run<'import'>(toImport('be quick'), { onStart: () => (started = true) });
    task.cancel();
    expect(await codeOf(task.result)).toBe('cancelled');
    expect(started).toBe(false);
  });
});

test('what a listener throws ends the task with it: nothing is acknowledged that was not kept', async () => {
  const full = new TesseraError('projectNotWritable', { path: 'x', reason: 'the disk is full' });
  const { result } = supervisor().run<'import'>(toImport('send pictures'), {
    onImages: () => {
      throw full;
    },
  });
  await expect(result).rejects.toEqual(full);
});

test('disposing cancels what runs and what waits, and ends every process', async () => {
  const runner = supervisor();
  const listener = underWay();
  const {
    classes: [pid],
  } = await runner.run<'import'>(toImport('be quick')).result;
  const running = runner.run<'import'>(toImport('be patient'), listener);
  const waiting = runner.run<'import'>(toImport('be quick'));
  await listener.begun;
  await runner[Symbol.asyncDispose]();
  expect(await codeOf(running.result)).toBe('cancelled');
  expect(await codeOf(waiting.result)).toBe('cancelled');
  expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
  expect(await codeOf(runner.run<'import'>(toImport('be quick')).result)).toBe('cancelled');
});

test('the engine is told by the worker', async () => {
  expect(await supervisor().engine()).toEqual({ isa: 'ref', threads: 7, build: '1' });
});
