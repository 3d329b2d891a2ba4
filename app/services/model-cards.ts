import { readFile, rm } from 'node:fs/promises';
import { TesseraError, type ModelCard } from '../contract/index.ts';
import { refusalOf } from '../core/disk-refusal.ts';
import { modelCardText } from '../core/evaluation/model-card.ts';
import type { ProjectFiles, ProjectStore } from './ports.ts';
import { trainedRun } from './trained-run.ts';

/** Null where there is none; one that cannot be read is not passed over for one that the person did not write. */
async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TesseraError('fileUnreadable', { path, reason }, { cause: error });
  }
}

/** The card of a run's model: what the person wrote, or else what the run says. */
export class ModelCards {
  readonly #files: Pick<ProjectFiles, 'modelCardFile' | 'writeFileAtomic'>;
  readonly #version: string;

  constructor(files: Pick<ProjectFiles, 'modelCardFile' | 'writeFileAtomic'>, version: string) {
    this.#files = files;
    this.#version = version;
  }

  /** Throws `runNotFound`, `runHasNoCheckpoint`, and `fileUnreadable` for what was written. */
  async get(store: ProjectStore, runId: string): Promise<ModelCard> {
    const run = trainedRun(store, runId);
    const edited = await readIfThere(this.#files.modelCardFile(store.path, runId));
    if (edited !== null) return { text: edited, isEdited: true };
    const text = modelCardText({
      run,
      project: store.name(),
      classes: store.classes(),
      evaluation: store.evaluation(runId, 'test') ?? store.evaluation(runId, 'val'),
      version: this.#version,
    });
    return { text, isEdited: false };
  }

  /** `text` null: back to what the run says. Throws as `get`, and `projectReadOnly` and `projectNotWritable`. */
  async save(store: ProjectStore, runId: string, text: string | null): Promise<ModelCard> {
    trainedRun(store, runId);
    if (store.readOnly !== null) throw new TesseraError('projectReadOnly', { path: store.path });
    const path = this.#files.modelCardFile(store.path, runId);
    try {
      if (text === null) await rm(path, { force: true });
      else await this.#files.writeFileAtomic(path, text);
    } catch (error) {
      const reason = refusalOf(error);
      throw new TesseraError('projectNotWritable', { path: store.path, reason }, { cause: error });
    }
    return this.get(store, runId);
  }
}
