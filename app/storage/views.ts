import { imageFilter, type ImageFilter, type SavedView } from '../contract/index.ts';
import type { Database } from './database.ts';

/** Filters that a person keeps under a name. */
export function views(database: Database) {
  const list = (): SavedView[] =>
    database
      .all<{ id: number; name: string; filter: string }>('SELECT * FROM views ORDER BY name')
      .map(({ id, name, filter }) => ({ id, name, filter: imageFilter.parse(JSON.parse(filter)) }));
  return {
    views: list,

    /** Replaces the one that has this name. */
    saveView(name: string, filter: ImageFilter): SavedView[] {
      database.transactionAside(() =>
        database.run(
          'INSERT INTO views (name, filter) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET filter = excluded.filter',
          name.normalize('NFC').trim(),
          JSON.stringify(filter),
        ),
      );
      return list();
    },

    removeView(viewId: number): SavedView[] {
      database.transactionAside(() => database.run('DELETE FROM views WHERE id = ?', viewId));
      return list();
    },
  };
}
