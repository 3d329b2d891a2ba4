import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { defaultTrainSettings, type ExportFormat, type Job } from '../../../app/contract/index.ts';
import type { NewImage } from '../../../app/core/tasks.ts';
import { encodePng } from '../../../app/formats/images/plain-png.ts';
import { serveModel } from '../../../app/hosts/model-server/serve-model.ts';
import { spawnNodeWorker } from '../../../app/jobs/spawn-node.ts';
import { Supervisor } from '../../../app/jobs/supervisor.ts';
import { assembleServices } from '../../../app/services/assemble.ts';
import * as files from '../../../app/storage/files.ts';
import { projectStores } from '../../../app/storage/projects.ts';
import { numbers } from '../../formats/onnx/models.ts';

export const size = 16;
/** The kind of names that people give, and one that nobody should. */
export const classNames = ['X', 'O (円) ○', 'two\nlines'];
/** More than fit into one batch, fewer than all that an export may look at. */
export const pictureCount = 75;

/** The real services, worker processes and engine, with a project of small pictures and a run trained on them. */
export class TrainedProject implements AsyncDisposable {
  readonly home = mkdtempSync(join(tmpdir(), 'tessera-export-'));
  readonly path = join(this.home, 'project');
  readonly pixels: Uint8Array[] = [];
  projectId = '';
  runId = '';
  readonly #services = assembleServices({
    stores: projectStores,
    files,
    runner: new Supervisor(spawnNodeWorker),
    folders: { data: this.home, projects: join(this.home, 'projects') },
    host: { kind: 'cli', version: '9.8.7' },
    serveModel,
  });
  readonly client = createRouterClient(this.#services.router);

  static async train(channels: 1 | 3): Promise<TrainedProject> {
    const project = new TrainedProject();
    project.#fill(channels);
    const { id } = await project.client.projects.open({ path: project.path });
    project.projectId = id;
    const { run, jobId } = await project.client.runs.start({
      projectId: id,
      settings: {
        ...defaultTrainSettings,
        model: { kind: 'architecture', name: 'lenet' },
        imageSize: size,
        epochs: 2,
        batchSize: 16,
        threads: 1,
      },
    });
    project.runId = run.id;
    const { status, error } = await project.settled(jobId);
    if (status !== 'done') throw new Error(error?.message ?? status);
    return project;
  }

  /** The export's job when it has ended. */
  async export(format: ExportFormat, out?: string): Promise<Job> {
    const { projectId, runId } = this;
    const target = out === undefined ? {} : { out };
    const { jobId } = await this.client.exports.start({ projectId, runId, format, ...target });
    return this.settled(jobId);
  }

  async settled(jobId: string): Promise<Job> {
    for (;;) {
      const job = await this.client.jobs.get({ jobId });
      if (job.status !== 'queued' && job.status !== 'running') return job;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** A place for an export that nothing else uses. */
  folder(): string {
    return mkdtempSync(join(this.home, 'out-'));
  }

  /** Closes the project, so that another Tessera may open it. */
  close(): Promise<void> {
    return this.#services.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Noise around a grey of the class, so that there is something to learn. */
  #fill(channels: 1 | 3): void {
    // First: a project is only made in an empty folder.
    using store = projectStores.create(this.path, 'Shapes');
    const random = numbers(7);
    const images = Array.from({ length: pictureCount }, (_, index): NewImage => {
      const classIndex = index % classNames.length;
      const pixels = Uint8Array.from({ length: size * size * channels }, () =>
        Math.floor(60 * classIndex + 100 * random()),
      );
      this.pixels.push(pixels);
      const bytes = encodePng(pixels, { width: size, height: size, channels });
      const hash = createHash('sha256').update(bytes).digest('hex');
      const original = files.imageFile(this.path, hash);
      mkdirSync(dirname(original), { recursive: true });
      writeFileSync(original, bytes);
      return {
        hash,
        name: `${index}.png`,
        className: classNames[classIndex] ?? null,
        split: null,
        width: size,
        height: size,
        channels,
        bytes: bytes.length,
      };
    });
    const importId = store.beginImport();
    store.addImages(importId, images, []);
    store.finishImport(importId);
  }
}

/** An array as NumPy saves it: little-endian float32 in C order. */
export function npy(data: Float32Array, shape: readonly number[]): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + '\n';
  const head = Buffer.from([
    0x93,
    0x4e,
    0x55,
    0x4d,
    0x50,
    0x59,
    1,
    0,
    header.length % 256,
    header.length >> 8,
  ]);
  return Buffer.concat([head, Buffer.from(header, 'latin1'), new Uint8Array(data.buffer)]);
}
