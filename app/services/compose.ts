import type { SpawnWorker } from '../jobs/worker-process.ts';
import { Supervisor } from '../jobs/supervisor.ts';
import * as files from '../storage/files.ts';
import { projectStores } from '../storage/projects.ts';
import { assembleServices, type Foundation, type Services } from './assemble.ts';
import { userFolders } from './user-folders.ts';

/** The composition root: the services on the real storage and on worker processes, started as the host starts them. */
export function composeServices(options: {
  host: Foundation['host'];
  spawn: SpawnWorker;
  serveModel?: Foundation['serveModel'];
}): Services {
  return assembleServices({
    stores: projectStores,
    files,
    runner: new Supervisor(options.spawn),
    folders: userFolders(),
    host: options.host,
    serveModel: options.serveModel,
  });
}
