import type { Database } from './database.ts';

/** Folders whose new pictures are taken in by themselves, and what was seen of them. */
export function watchedFolders(database: Database) {
  return {
    watchedFolders(): { id: number; path: string; files: number }[] {
      return database
        .all<{ id: number; path: string; files: number }>(
          `SELECT id, path, (SELECT count(*) FROM watched_files WHERE folder_id = id) AS files
           FROM watched_folders ORDER BY id`,
        )
        .map((row) => ({ ...row }));
    },

    /** One that is watched already stays as it is. */
    watchFolder(path: string): void {
      database.transaction(() => {
        database.run('INSERT INTO watched_folders (path) VALUES (?) ON CONFLICT DO NOTHING', path);
      });
    },

    /** Its pictures stay. */
    unwatchFolder(folderId: number): void {
      database.transaction(() => {
        database.run('DELETE FROM watched_folders WHERE id = ?', folderId);
      });
    },

    /** The files that were looked at, by path. */
    seenFiles(folderId: number): Map<string, string> {
      const rows = database.all<{ path: string; stamp: string }>(
        'SELECT path, stamp FROM watched_files WHERE folder_id = ?',
        folderId,
      );
      return new Map(rows.map(({ path, stamp }) => [path, stamp]));
    },

    /** Nothing happens for a folder that is not watched any more. */
    rememberFiles(folderId: number, files: ReadonlyMap<string, string>): void {
      database.transaction(() => {
        if (database.get('SELECT 1 FROM watched_folders WHERE id = ?', folderId) === undefined) return;
        database.run(
          `INSERT INTO watched_files (folder_id, path, stamp)
           SELECT ?, value ->> 0, value ->> 1 FROM json_each(?) WHERE true
           ON CONFLICT (folder_id, path) DO UPDATE SET stamp = excluded.stamp`,
          folderId,
          JSON.stringify([...files]),
        );
      });
    },
  };
}
