import { TesseraError } from '../contract/index.ts';
import { broughtModels } from './brought-models.ts';
import type { Database } from './database.ts';
import { evaluations } from './evaluations.ts';
import { images } from './images.ts';
import { durability } from './durability.ts';
import { imports } from './imports.ts';
import { journal } from './journal.ts';
import { labels } from './labels.ts';
import { measures } from './measures.ts';
import { metrics } from './metrics.ts';
import { ownModels } from './own-models.ts';
import { predictions } from './predictions.ts';
import { quality } from './quality.ts';
import { references } from './references.ts';
import { runDisk } from './run-disk.ts';
import { runEvents } from './run-events.ts';
import { runs } from './runs.ts';
import { sweeps } from './sweeps.ts';
import { classChanges } from './class-changes.ts';
import { watchedFolders } from './watched-folders.ts';
import { listClasses } from './classes.ts';
import { testLock } from './test-lock.ts';
import { untilChanged } from './until-changed.ts';
import { versions } from './versions.ts';
import { views } from './views.ts';

/**
 * One open project: the `ProjectStore` of the services' ports, put together from its concerns. Every method is one
 * transaction, on the disk when the method returns. Takes over `hold`, the lock or the private copy, which disposal lets go.
 */
export function openedProject(database: Database, hold: Disposable) {
  const { lists, ...pictures } = images(database);
  return {
    ...identity(database),
    classes: untilChanged(database, () => listClasses(database)),
    ...pictures,
    ...imports(database),
    ...references(database),
    ...measures(database),
    ...quality(database, lists),
    ...labels(database),
    ...classChanges(database),
    ...testLock(database),
    ...versions(database, pictures.manifest),
    ...views(database),
    ...predictions(database),
    ...journal(database),
    ...broughtModels(database),
    ...ownModels(database),
    ...runs(database),
    ...runDisk(database),
    ...sweeps(database),
    ...metrics(database),
    ...runEvents(database),
    ...evaluations(database),
    ...watchedFolders(database),
    ...durability(database),
    [Symbol.dispose]: (): void => {
      database[Symbol.dispose]();
      hold[Symbol.dispose]();
    },
  };
}
export type OpenedProject = ReturnType<typeof openedProject>;

function identity(database: Database) {
  const row = database.get<{ id: string }>('SELECT id FROM project');
  if (row === undefined) {
    throw new TesseraError('projectDamaged', {
      path: database.projectPath,
      reason: 'it does not say whose it is',
    });
  }
  return {
    id: row.id,
    path: database.projectPath,

    name: (): string => database.get<{ name: string }>('SELECT name FROM project')?.name ?? '',

    rename(name: string): void {
      database.transaction(() => database.run('UPDATE project SET name = ?', name.trim()));
    },
  };
}
