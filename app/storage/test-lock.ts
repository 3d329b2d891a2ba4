import type { Database } from './database.ts';

/** Whether the test pictures are set aside for a final evaluation. */
export const isTestLocked = (database: Database): boolean =>
  database.get<{ test_locked: 0 | 1 }>('SELECT test_locked FROM project')?.test_locked === 1;

export function testLock(database: Database) {
  return {
    testLocked: (): boolean => isTestLocked(database),

    lockTest(locked: boolean): void {
      database.transaction(() => database.run('UPDATE project SET test_locked = ?', locked ? 1 : 0));
    },
  };
}
