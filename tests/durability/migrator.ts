/** Brings the database of a folder up to date by the steps of `old-schema.ts`, as opening does, until it is killed. */
import { Database } from '../../app/storage/database.ts';
import { databaseFile } from '../../app/storage/files.ts';
import { migrate } from '../../app/storage/migrations/index.ts';
import { takeSnapshotSync } from '../../app/storage/snapshots.ts';
import { steps } from './old-schema.ts';

const [, , folder = ''] = process.argv;
const database = new Database(folder, databaseFile(folder));
process.stdout.write('begun\n');
takeSnapshotSync(database, 'migration');
migrate(database, steps);
process.stdout.write('done\n');
setInterval(() => undefined, 1000);
