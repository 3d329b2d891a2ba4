import { access } from 'node:fs/promises';
import type { OpenProjects } from './open-projects.ts';
import type { ProjectFiles, TaskRunner } from './ports.ts';

/** A picture ready to be sent: always one that Tessera has written itself, never an original. */
export interface PictureFile {
  path: string;
  type: 'image/webp' | 'image/png';
}

/** From a picture's id to a file; what is missing in `cache/` is made anew by the worker. */
export class PictureFiles {
  readonly #projects: OpenProjects;
  readonly #files: ProjectFiles;
  readonly #runner: TaskRunner;
  /** Renderings under way, by the path of their file: a screen asks for the same one twice. */
  readonly #rendering = new Map<string, Promise<unknown>>();

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
    if (!(await exists(file.path))) await this.#render(file.path, { projectPath, hash, size });
    return file;
  }

  async #render(
    path: string,
    what: { projectPath: string; hash: string; size: 'thumb' | 'full' },
  ): Promise<void> {
    let rendering = this.#rendering.get(path);
    if (rendering === undefined) {
      rendering = this.#runner
        .run({ kind: 'render', ...what })
        .result.finally(() => this.#rendering.delete(path));
      this.#rendering.set(path, rendering);
    }
    await rendering;
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
