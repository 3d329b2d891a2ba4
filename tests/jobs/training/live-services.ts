import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import {
  defaultTrainSettings,
  errorFromWire,
  type Contract,
  type Job,
  type Metric,
  type TesseraError,
  type TrainSettings,
} from '../../../app/contract/index.ts';
import { spawnNodeWorker } from '../../../app/jobs/spawn-node.ts';
import type { WorkerProcess } from '../../../app/jobs/worker-process.ts';
import type { Services } from '../../../app/services/assemble.ts';
import { composeServices } from '../../../app/services/compose.ts';

/** A worker process that was started, with what its supervisor and it have said. */
class WatchedWorker {
  readonly process: WorkerProcess = spawnNodeWorker();
  /** Kinds of the tasks that it was given. */
  readonly tasks: string[] = [];
  alive = true;

  constructor() {
    this.process.onExit(() => (this.alive = false));
  }

  /** What the supervisor gets: the process itself, overheard. */
  readonly line: WorkerProcess = {
    send: (message) => {
      if (message.type === 'start') this.tasks.push(message.task.kind);
      this.process.send(message);
    },
    onMessage: (listener) => this.process.onMessage(listener),
    onExit: (listener) => this.process.onExit(listener),
    kill: () => this.process.kill(),
  };
}

/** The real services with real worker processes, in a home of their own. */
export class LiveServices implements AsyncDisposable {
  readonly home = mkdtempSync(join(tmpdir(), 'tessera-live-'));
  readonly workers: WatchedWorker[] = [];
  readonly #kind: 'cli' | 'web';
  services: Services;
  client;

  /** One whose projects stay open takes up what waits in them. */
  constructor(kind: 'cli' | 'web' = 'cli') {
    this.#kind = kind;
    this.services = this.#compose();
    this.client = createRouterClient(this.services.router);
  }

  #compose(): Services {
    process.env['TESSERA_HOME'] = this.home;
    return composeServices({
      host: { kind: this.#kind, version: '0.0.0' },
      spawn: () => {
        const worker = new WatchedWorker();
        this.workers.push(worker);
        return worker.line;
      },
    });
  }

  /** As when Tessera is closed and started again. */
  async restart(): Promise<void> {
    await this.services.dispose();
    this.services = this.#compose();
    this.client = createRouterClient(this.services.router);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.services.dispose();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** The X and O sample: 480 pictures to train on, 60 to validate and 60 to test. */
  async project(name = 'X and O'): Promise<{ id: string; path: string }> {
    const { project, jobId } = await this.client.projects.create({ name, sample: 'xo' });
    const { status, error } = await this.settled(jobId ?? '');
    if (status !== 'done') throw new Error(`the sample was not made: ${error?.message}`);
    return project;
  }

  /** The job when it has ended. */
  async settled(jobId: string): Promise<Job> {
    let job = await this.client.jobs.get({ jobId });
    while (job.status === 'queued' || job.status === 'running') {
      await pause();
      job = await this.client.jobs.get({ jobId });
    }
    return job;
  }

  /** Resolves in the middle of an epoch, after `epochs` whole ones. */
  inTheMiddle(projectId: string, runId: string, epochs = 1): Promise<void> {
    return reachMiddle(this.client, projectId, runId, epochs);
  }

  /** The worker that trains. */
  get trainingWorker(): WatchedWorker {
    const worker = this.workers.findLast(({ tasks }) => tasks.includes('train'));
    if (worker === undefined) throw new Error('nothing was trained yet');
    return worker;
  }
}

/** Waits until a run is in the middle of an epoch, after `epochs` whole ones. */
export async function reachMiddle(
  client: ContractRouterClient<Contract>,
  projectId: string,
  runId: string,
  epochs: number,
): Promise<void> {
  const isMiddle = ({ kind, epoch }: Metric) => kind === 'step' && epoch > epochs && epoch % 1 !== 0;
  for (let last = -1; ;) {
    const points = await client.runs.metrics({ projectId, runId, after: last });
    if (points.some(isMiddle)) return;
    last = points.at(-1)?.seq ?? last;
    await pause();
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A small network on small pictures with many steps an epoch; two threads, so that a run can be repeated bit by bit. */
export const quick: TrainSettings = {
  ...defaultTrainSettings,
  model: {
    kind: 'blocks',
    blocks: [
      {
        kind: 'conv',
        filters: 8,
        kernel: 3,
        stride: 1,
        activation: 'relu',
        pool: { kind: 'max', window: 2, stride: 2 },
      },
    ],
  },
  epochs: 3,
  batchSize: 8,
  threads: 2,
};

/** Trains until somebody stops it. */
export const endless: TrainSettings = { ...quick, epochs: 10_000 };

/** What a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<TesseraError> {
  try {
    await call;
  } catch (error) {
    return errorFromWire(error);
  }
  throw new Error('it did not fail');
}
