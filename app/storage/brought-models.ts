import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { broughtModel, TesseraError, type BroughtModel } from '../contract/index.ts';
import type { Database } from './database.ts';
import { broughtModelFile, broughtWeightsFile, modelsFolder } from './files.ts';
import { orNotWritable } from './write-failure.ts';
import { writeFileAtomicSync } from './write-sync.ts';

/** Models that were brought in: two files each, which the worker writes. The one in JSON comes last and is removed first. */
export function broughtModels(database: Database) {
  const { projectPath } = database;
  const fileOf = (modelId: string): string => {
    const path = broughtModelFile(projectPath, modelId);
    if (!existsSync(path)) throw new TesseraError('broughtModelNotFound', { model: modelId });
    return path;
  };
  const read = (modelId: string): BroughtModel => {
    const path = fileOf(modelId);
    try {
      return broughtModel.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch (cause) {
      const reason = 'it is not what bringing in a model leaves';
      throw new TesseraError('fileMalformed', { path, format: 'model', reason }, { cause });
    }
  };
  return {
    /** The newest first. Throws `fileMalformed` for one that was damaged. */
    broughtModels(): BroughtModel[] {
      const folder = modelsFolder(projectPath);
      const names = existsSync(folder) ? readdirSync(folder) : [];
      const ids = names.flatMap((name) => /^(m-[0-9a-f]+)\.json$/.exec(name)?.[1] ?? []);
      return ids.map(read).toSorted((a, b) => b.createdAt - a.createdAt);
    },

    broughtModel: read,

    changeBroughtModel(model: BroughtModel): void {
      database.requireWritable();
      read(model.id);
      const text = JSON.stringify(broughtModel.parse(model));
      orNotWritable(projectPath, () => writeFileAtomicSync(broughtModelFile(projectPath, model.id), text));
    },

    /** One that was damaged too. */
    removeBroughtModel(modelId: string): void {
      database.requireWritable();
      orNotWritable(projectPath, () => {
        rmSync(fileOf(modelId), { force: true });
        rmSync(broughtWeightsFile(projectPath, modelId), { force: true });
      });
    },
  };
}
