import { randomBytes } from 'node:crypto';
import { access, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { OpenProjects } from './open-projects.ts';
import type { ProjectFiles, TaskRunner } from './ports.ts';

/** A picture ready to be sent: always one that Tessera has written itself, never an original. */
export interface PictureFile {
  path: string;
  type: 'image/webp' | 'image/png';
}

/**
 * From a picture's id to a file; what is missing in `cache/` is made anew by the worker. What a project's disk does not take lies in a
 * temporary folder of this process.
 */
export class PictureFiles implements AsyncDisposable {
  readonly #projects: OpenProjects;
  readonly #files: ProjectFiles;
  readonly #runner: TaskRunner;
  /** Renderings under way, by the path of their file: a screen asks for the same one twice. */
  readonly #rendering = new Map<string, Promise<string>>();
  /** Made when it is needed. */
  readonly #elsewhere = join(tmpdir(), `tessera-pictures-${randomBytes(8).toString('hex')}`);

  constructor(projects: OpenProjects, files: ProjectFiles, runner: TaskRunner) {
    this.#projects = projects;
    this.#files = files;
    this.#runner = runner;
  }

  /** Null where there is no such picture. Throws the worker's error where its original cannot be rendered. */
  async find(projectId: string, imageId: number, size: 'thumb' | 'full'): Promise<PictureFile | null> {
    const projectPath = this.#projects.path(projectId);
    const hash = this.#projects.imageHash(projectId, imageId);
    if (projectPath === null || hash === null) return null;
    const file: PictureFile =
      size === 'thumb'
        ? { path: this.#files.thumbnailFile(projectPath, hash), type: 'image/webp' }
        : { path: this.#files.renderedFile(projectPath, hash), type: 'image/png' };
    if (await exists(file.path)) return file;
    return { ...file, path: await this.#render(file.path, { projectPath, hash, size }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#elsewhere, { recursive: true, force: true });
  }

  /** Gives the path where it lies then. */
  #render(
    path: string,
    what: { projectPath: string; hash: string; size: 'thumb' | 'full' },
  ): Promise<string> {
    const before = this.#rendering.get(path);
    if (before !== undefined) return before;
    const rendering = this.#renderAnew(path, what).finally(() => this.#rendering.delete(path));
    this.#rendering.set(path, rendering);
    return rendering;
  }

  async #renderAnew(
    path: string,
    what: { projectPath: string; hash: string; size: 'thumb' | 'full' },
  ): Promise<string> {
    const before = join(this.#elsewhere, basename(path));
    if (await exists(before)) return before;
    return (await this.#runner.run({ kind: 'render', ...what, elsewhere: this.#elsewhere }).result).path;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
