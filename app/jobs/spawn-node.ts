import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Upward } from './protocol.ts';
import type { WorkerProcess } from './worker-process.ts';

const workerFile = fileURLToPath(new URL('./worker.ts', import.meta.url));

/**
 * A worker as a child of this Node process; what hosts other than Electron hand to the supervisor. `file` is the worker's
 * program, unless it is ours.
 */
export function spawnNodeWorker(file = workerFile): WorkerProcess {
  const child = fork(file, [], {
    // Structured clone: typed arrays and NaN arrive as they were sent.
    serialization: 'advanced',
    // Not the parent's: its debugger port or test hooks are not for the worker. Node 24 needs nothing to run TypeScript.
    execArgv: [],
    // The parent's standard output may be somebody's JSON.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
    send(message) {
      // A dead child says so through `onExit`; a message to it is lost and must not throw.
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => void child.on('message', (message) => listener(message as Upward)),
    onExit(listener) {
      child.once('error', (error) => listener(error.message));
      child.once('exit', (code, signal) => {
        const ended = () => listener(signal === null ? `exit code ${code}` : `signal ${signal}`);
        // What it said last may still be in the pipe, which is empty when it disconnects.
        if (child.connected) child.once('disconnect', ended);
        else ended();
      });
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
