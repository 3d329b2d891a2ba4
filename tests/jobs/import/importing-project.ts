import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import type { ImportLayout, ImportResult, Job } from '../../../app/contract/index.ts';
import type { ImportWishes } from '../../../app/core/tasks.ts';
import { spawnNodeWorker } from '../../../app/jobs/spawn-node.ts';
import { Supervisor } from '../../../app/jobs/supervisor.ts';
import { assembleServices } from '../../../app/services/assemble.ts';
import * as files from '../../../app/storage/files.ts';
import { projectStores } from '../../../app/storage/projects.ts';
import { TempFolder } from '../../formats/layouts/sources.ts';

type ImportOptions = ImportWishes & { layout?: ImportLayout; inPlace?: boolean };

/** The real services, storage and worker processes, with an empty project to import into. */
export class ImportingProject implements AsyncDisposable {
  readonly #home = new TempFolder();
  readonly #services = assembleServices({
    stores: projectStores,
    files,
    runner: new Supervisor(spawnNodeWorker),
    folders: { data: this.#home.path, projects: this.#home.at('projects') },
    host: { kind: 'cli', version: '0.0.0' },
  });
  readonly client = createRouterClient(this.#services.router);
  projectId = '';
  path = '';

  static async create(): Promise<ImportingProject> {
    const importing = new ImportingProject();
    await importing.renew();
    return importing;
  }

  /** Another empty project; the worker stays warm. */
  async renew(): Promise<void> {
    const path = this.#home.at(`project ${Math.random()}`);
    const { project } = await this.client.projects.create({ name: 'Pictures', path });
    this.projectId = project.id;
    this.path = path;
  }

  async begin(paths: string[], options: ImportOptions = {}): Promise<string> {
    const { layout = 'auto', ...wishes } = options;
    const source = { paths };
    const { projectId } = this;
    const started = await this.client.dataset.startImport({
      projectId,
      source,
      layout,
      ...wishes,
    });
    return started.jobId;
  }

  /** What an import did. Throws what failed it. */
  async import(paths: string[], options: ImportOptions = {}): Promise<ImportResult> {
    const job = await this.settled(await this.begin(paths, options));
    if (job.result?.kind === 'import') return job.result;
    throw new Error(job.error?.message ?? job.status);
  }

  /** The job when it has ended. */
  async settled(jobId: string): Promise<Job> {
    for (;;) {
      const job = await this.client.jobs.get({ jobId });
      if (job.status !== 'queued' && job.status !== 'running') return job;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Every picture: `name class split`, a dash where there is none, in the order of the project. */
  async pictures(): Promise<string[]> {
    const { projectId } = this;
    const classes = await this.client.dataset.classes({ projectId });
    const names = new Map(classes.map(({ id, name }) => [id, name]));
    const { images } = await this.client.dataset.images({ projectId, filter: {}, offset: 0, limit: 500 });
    return images.map(
      ({ name, classId, split }) => `${name} ${names.get(classId ?? 0) ?? '-'} ${split ?? '-'}`,
    );
  }

  /** The HTTP status of a picture's thumbnail. */
  async picture(imageId: number): Promise<number> {
    const url = `http://tessera/pictures/${this.projectId}/${imageId}/thumb`;
    return (await this.#services.files(new Request(url))).status;
  }

  /** Sends a file as a browser does; gives the HTTP status. */
  async send(uploadId: string, name: string, bytes: Uint8Array): Promise<number> {
    const url = `http://tessera/uploads/${uploadId}?name=${encodeURIComponent(name)}`;
    const body = new Uint8Array(bytes);
    return (await this.#services.files(new Request(url, { method: 'POST', body }))).status;
  }

  /** How many originals lie in the project's folder. */
  originals(): number {
    const entries = readdirSync(join(this.path, 'images'), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => /^[0-9a-f]{64}$/.test(entry.name)).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#services.dispose();
    this.#home[Symbol.dispose]();
  }
}
