import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { ownModel, TesseraError, type OwnModel } from '../contract/index.ts';
import type { Database } from './database.ts';
import { modelsFolder, ownModelFile } from './files.ts';
import { writeFileAtomicSync } from './write-sync.ts';

/** Networks that were made in the project: one file each, which a person may copy to another project. */
export function ownModels(database: Database) {
  const { projectPath } = database;
  const read = (modelId: string): OwnModel => {
    const path = ownModelFile(projectPath, modelId);
    if (!existsSync(path)) throw new TesseraError('ownModelNotFound', { name: modelId });
    try {
      return ownModel.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch (cause) {
      const reason = 'it is not what saving a network leaves';
      throw new TesseraError('fileMalformed', { path, format: 'network', reason }, { cause });
    }
  };
  return {
    /** The last changed first. Throws `fileMalformed` for one that was damaged. */
    ownModels(): OwnModel[] {
      const folder = modelsFolder(projectPath);
      const names = existsSync(folder) ? readdirSync(folder) : [];
      const ids = names.flatMap((name) => /^(n-[0-9a-f]+)\.json$/.exec(name)?.[1] ?? []);
      return ids.map(read).toSorted((a, b) => b.changedAt - a.changedAt);
    },

    ownModel: read,

    /** A new one, or the next version of one that is there. */
    keepOwnModel(model: OwnModel): void {
      database.requireWritable();
      writeFileAtomicSync(ownModelFile(projectPath, model.id), JSON.stringify(ownModel.parse(model)));
    },

    removeOwnModel(modelId: string): void {
      database.requireWritable();
      read(modelId);
      rmSync(ownModelFile(projectPath, modelId), { force: true });
    },
  };
}
