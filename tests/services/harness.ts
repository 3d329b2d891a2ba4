import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import type { Job, Metric, TesseraEvent, TrainSettings } from '../../app/contract/index.ts';
import { defaultTrainSettings, errorFromWire } from '../../app/contract/index.ts';
import type { NewImage } from '../../app/core/tasks.ts';
import { assembleServices, type Services } from '../../app/services/assemble.ts';
import * as files from '../../app/storage/files.ts';
import { projectStores } from '../../app/storage/projects.ts';
import { ScriptedRunner } from './scripted-runner.ts';

/** The real services on the real storage in a home of their own; tasks are scripted. */
export class Harness implements AsyncDisposable {
  readonly home = mkdtempSync(join(tmpdir(), 'tessera-services-'));
  runner = new ScriptedRunner();
  services: Services = this.#assemble();
  client = createRouterClient(this.services.router);

  #assemble(): Services {
    return assembleServices({
      stores: projectStores,
      files,
      runner: this.runner,
      folders: { data: this.home, projects: join(this.home, 'projects') },
      host: { kind: 'cli', version: '0.0.0' },
    });
  }

  /** As when Tessera is closed and started again. */
  async restart(): Promise<void> {
    await this.services.dispose();
    this.runner = new ScriptedRunner();
    this.services = this.#assemble();
    this.client = createRouterClient(this.services.router);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.services.dispose();
    rmSync(this.home, { recursive: true, force: true });
  }

  async project(name = 'Cats'): Promise<string> {
    const { project } = await this.client.projects.create({ name });
    return project.id;
  }

  /** A project with `count` labeled pictures of two classes. */
  async filledProject(count = 20): Promise<string> {
    const projectId = await this.project();
    this.runner.on('import', ({ listener }) => {
      listener.onImages?.(pictures(count), []);
      return { classes: ['cat', 'dog'] };
    });
    const { jobId } = await this.client.dataset.startImport({
      projectId,
      source: { paths: [this.home] },
      layout: 'auto',
    });
    await this.settled(jobId);
    return projectId;
  }

  /** A project whose one run is trained. */
  async trainedProject(): Promise<{ projectId: string; runId: string }> {
    const projectId = await this.filledProject();
    this.runner.on('train', ({ listener }) => {
      listener.onCheckpoint?.(1, true);
      return { bestEpoch: 1, bestValAccuracy: 0.9, testAccuracy: 0.8, seconds: 3, weightHash: 'ab' };
    });
    const { run, jobId } = await this.client.runs.start({ projectId, settings });
    await this.settled(jobId);
    return { projectId, runId: run.id };
  }

  /** The job when it has ended. */
  async settled(jobId: string): Promise<Job> {
    for (;;) {
      const job = await this.client.jobs.get({ jobId });
      if (job.status !== 'queued' && job.status !== 'running') return job;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Every event from now on, until the harness is disposed. */
  async listen(): Promise<TesseraEvent[]> {
    const heard: TesseraEvent[] = [];
    const events = await this.client.events();
    void (async () => {
      for await (const event of events) heard.push(event);
    })();
    return heard;
  }
}

export const settings: TrainSettings = { ...defaultTrainSettings, epochs: 2 };

/** New pictures, all different, by turns of the two classes. */
export function pictures(count: number, from = 0): NewImage[] {
  return Array.from({ length: count }, (_, index) => ({
    hash: (from + index).toString(16).padStart(64, '0'),
    name: `${from + index}.png`,
    className: index % 2 === 0 ? 'cat' : 'dog',
    split: null,
    width: 28,
    height: 28,
    channels: 1,
    bytes: 100,
  }));
}

export const step = (seq: number): Metric => ({
  kind: 'step',
  seq,
  step: seq,
  epoch: seq / 10,
  time: seq,
  loss: 1 / seq,
  accuracy: 0.5,
  imagesPerSecond: 100,
});

/** The code of the error that a call fails with. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'none',
    (error: unknown) => errorFromWire(error).code,
  );
}
