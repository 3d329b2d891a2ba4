import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { utilityWorkers } from '../../app/hosts/electron/utility-workers.ts';
import type { Upward } from '../../app/jobs/protocol.ts';
import type { WorkerProcess } from '../../app/jobs/worker-process.ts';
import { utilityProcesses } from './double.ts';

vi.mock('electron', () => import('./double.ts'));

const folder = mkdtempSync(join(tmpdir(), 'tessera-utility-'));
/** Says what it was started with, then does as it is told. */
const script = join(folder, 'worker.mjs');
beforeAll(() =>
  writeFileSync(
    script,
    `process.on('message', ({ taskId }) => taskId === 7 ? process.exit(7) : process.send({ type: 'progress', taskId }));
     process.send({ type: 'ready', isa: process.env.OMP_WAIT_POLICY, threads: process.execArgv.length });`,
  ),
);
afterAll(() => rmSync(folder, { recursive: true }));

const spawn = utilityWorkers(script);
const firstMessage = (worker: WorkerProcess): Promise<Upward> =>
  new Promise((resolve) => worker.onMessage(resolve));
const end = (worker: WorkerProcess): Promise<string> => new Promise((resolve) => worker.onExit(resolve));

describe('a worker in a utility process', () => {
  test('waits without spinning, has no flags of its parent, and hears what it is sent', async () => {
    const worker = spawn();
    const ended = end(worker);
    expect(await firstMessage(worker)).toEqual({ type: 'ready', isa: 'passive', threads: 0 });
    worker.send({ type: 'cancel', taskId: 3 });
    expect(await firstMessage(worker)).toEqual({ type: 'progress', taskId: 3 });
    worker.kill();
    await ended;
  });

  test('that ends by itself says how', async () => {
    const worker = spawn();
    const ended = end(worker);
    worker.send({ type: 'cancel', taskId: 7 });
    expect(await ended).toBe('exit code 7');
    // There is nobody any more; it must not throw.
    worker.send({ type: 'cancel', taskId: 7 });
    worker.kill();
  });

  test('can be killed before it is up', async () => {
    const worker = spawn();
    const ended = end(worker);
    worker.kill();
    expect(await ended).toMatch(/^exit code /);
  });

  test('that V8 gave up is told by V8’s reason, a crash on Windows by its number', async () => {
    for (const [code, reason] of [
      [3_221_225_477, 'exit code 0xC0000005'],
      [-1_073_741_819, 'exit code 0xC0000005'],
      [139, 'exit code 139'],
    ] as const) {
      const ended = end(spawn());
      const process = utilityProcesses.at(-1);
      process?.emit('exit', code);
      process?.child.kill();
      expect(await ended).toBe(reason);
    }
    const ended = end(spawn());
    const process = utilityProcesses.at(-1);
    process?.emit('error', 'FatalError', 'v8::internal::Heap', '{}');
    process?.child.kill();
    expect(await ended).toBe('FatalError in v8::internal::Heap');
  });
});
