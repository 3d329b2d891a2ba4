import { utilityProcess } from 'electron';
import type { Upward } from '../../jobs/protocol.ts';
import type { SpawnWorker } from '../../jobs/worker-process.ts';

/** Workers as Electron's utility processes, each running the built `workerFile`. */
export function utilityWorkers(workerFile: string): SpawnWorker {
  return () => {
    const child = utilityProcess.fork(workerFile, [], {
      serviceName: 'Tessera worker',
      stdio: ['ignore', 'ignore', 'inherit'],
      execArgv: [],
      // Read by the OpenMP runtime when the process starts: threads that wait sleep, so that an idle engine costs nothing.
      env: { ...process.env, OMP_WAIT_POLICY: 'passive' },
    });
    let fatal: string | null = null;
    let hasEnded = false;
    child.on('error', (type, location) => (fatal = `${type} in ${location}`));
    child.once('exit', () => (hasEnded = true));
    return {
      send(message) {
        if (!hasEnded) child.postMessage(message);
      },
      onMessage: (listener) => void child.on('message', (message: Upward) => listener(message)),
      onExit: (listener) => void child.once('exit', (code) => listener(fatal ?? reasonOf(code))),
      kill() {
        // Electron has nothing to kill until the process is up.
        if (child.pid === undefined) child.once('spawn', () => child.kill());
        else child.kill();
      },
    };
  };
}

/** Windows tells crashes by large numbers that are looked up in hexadecimal: 0xC0000005. */
function reasonOf(code: number): string {
  return code >= 0 && code <= 255
    ? `exit code ${code}`
    : `exit code 0x${(code >>> 0).toString(16).toUpperCase()}`;
}
