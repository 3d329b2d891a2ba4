import type { Downward, Upward } from './protocol.ts';

/** The supervisor's end of the line to a worker process, however the host starts one. */
export interface WorkerProcess {
  send(message: Downward): void;
  onMessage(listener: (message: Upward) => void): void;
  /** Called once, also when the process could not be started; `reason` is for people: `signal SIGKILL`, `exit code 3`. */
  onExit(listener: (reason: string) => void): void;
  /** At once, without asking. */
  kill(): void;
}

export type SpawnWorker = () => WorkerProcess;
