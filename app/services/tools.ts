import type { HostInfo } from '../contract/index.ts';
import type { ComputerSpeeds } from './computer-speeds.ts';
import type { Downloads } from './downloads.ts';
import type { EventHub } from './event-hub.ts';
import type { FolderWatchers } from './folder-watchers.ts';
import type { JobBoard } from './job-board.ts';
import type { ModelServing } from './model-serving.ts';
import type { OpenProjects } from './open-projects.ts';
import type { ProjectFiles, TaskRunner } from './ports.ts';
import type { Sweeps } from './sweeps.ts';
import type { Uploads } from './uploads.ts';

/** What the features share. */
export interface Tools {
  projects: OpenProjects;
  hub: EventHub;
  board: JobBoard;
  runner: TaskRunner;
  speeds: ComputerSpeeds;
  sweeps: Sweeps;
  watchers: FolderWatchers;
  uploads: Uploads;
  downloads: Downloads;
  files: ProjectFiles;
  serving: ModelServing;
  host: { kind: HostInfo['kind']; version: string; projectsFolder: string };
}
