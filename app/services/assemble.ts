import { join } from 'node:path';
import type { HostInfo } from '../contract/index.ts';
import { askedModels, type AskModel } from './asked-model.ts';
import { ComputerSpeeds } from './computer-speeds.ts';
import { datasetProcedures } from './dataset.ts';
import { Downloads } from './downloads.ts';
import { evaluationProcedures } from './evaluation.ts';
import { durabilityProcedures } from './durability.ts';
import { EventHub } from './event-hub.ts';
import { eventsProcedure } from './events.ts';
import { exportProcedures } from './exports.ts';
import { filesHandler, type FilesHandler } from './files.ts';
import { FolderWatchers, type WatchTimes } from './folder-watchers.ts';
import { hostProcedure } from './host.ts';
import { os } from './implementer.ts';
import { JobBoard } from './job-board.ts';
import { jobProcedures } from './jobs.ts';
import { withKnownNames } from './known-names.ts';
import { labelingProcedures } from './labeling.ts';
import { modelServerProcedures } from './model-server.ts';
import { ModelServing } from './model-serving.ts';
import { modelProcedures } from './models.ts';
import { OpenProjects } from './open-projects.ts';
import { PictureFiles } from './picture-files.ts';
import { ProjectKeeper, type KeeperTimes } from './project-keeper.ts';
import type { ProjectFiles, ProjectStore, ProjectStores, ServeModel, TaskRunner } from './ports.ts';
import { predictionProcedures } from './predictions.ts';
import { projectProcedures } from './projects.ts';
import { RecentProjects } from './recent-projects.ts';
import { withReferences } from './references.ts';
import { runProcedures } from './runs.ts';
import { sweepProcedures } from './sweep-procedures.ts';
import { Sweeps } from './sweeps.ts';
import type { Tools } from './tools.ts';
import { Uploads } from './uploads.ts';
import type { UserFolders } from './user-folders.ts';
import { takeUpWaitingRuns } from './waiting-runs.ts';

/** What the services stand on. */
export interface Foundation {
  stores: ProjectStores;
  files: ProjectFiles;
  runner: TaskRunner;
  folders: UserFolders;
  host: { kind: HostInfo['kind']; version: string };
  /** What the switch of the prediction server starts; a host without one cannot. */
  serveModel?: ServeModel | undefined;
  /** Tests do not wait for minutes. */
  keeperTimes?: KeeperTimes;
  /** When watched folders are looked at; as usual unless a test is in a hurry. */
  watchTimes?: WatchTimes;
}

export type TesseraRouter = ReturnType<typeof router>;

/** Everything that a host carries. */
export interface Services {
  router: TesseraRouter;
  files: FilesHandler;
  /** For a prediction server. */
  askModel: AskModel;
  /** Stops what is under way (a run that trains becomes `stopped`), writes its end, closes every project. */
  dispose(): Promise<void>;
}

/** Puts the services together on a foundation; `composeServices` lays the real one. */
export function assembleServices({
  stores,
  files,
  runner: worker,
  folders,
  host,
  serveModel,
  keeperTimes,
  watchTimes,
}: Foundation): Services {
  const uploads = new Uploads();
  const runner = withReferences(
    withKnownNames(worker, (path) => uploads.nameOf(path)),
    (path) => tools.projects.at(path)?.references(),
  );
  const recent = new RecentProjects(join(folders.data, 'recent.json'), files.writeFileAtomic);
  const hub = new EventHub();
  const watchers = new FolderWatchers(() => tools, watchTimes);
  // A command of the terminal does what it says, and nothing by itself.
  const keeper = new ProjectKeeper(hub, keeperTimes, host.kind === 'cli' ? null : watchers);
  const takeUp = (store: ProjectStore): void => {
    takeUpWaitingRuns(tools, store);
    tools.sweeps.takeUp(store);
  };
  const tools: Tools = {
    projects: new OpenProjects(stores, recent, keeper, host.kind === 'cli' ? undefined : takeUp),
    watchers,
    hub,
    board: new JobBoard(runner, hub, (projectId, runIds) =>
      tools.projects.store(projectId).keepWaitingRuns(runIds),
    ),
    runner,
    speeds: new ComputerSpeeds(join(folders.data, 'speeds.json'), files.writeFileAtomic, () =>
      runner.engine(),
    ),
    sweeps: new Sweeps(() => tools),
    uploads,
    downloads: new Downloads(),
    files,
    serving: new ModelServing((place) => askModel(place), serveModel, hub, host.version),
    host: { ...host, projectsFolder: folders.projects },
  };
  const askModel = askedModels(tools);
  const pictures = new PictureFiles(tools.projects, files, runner);
  const swept = tools.uploads.sweep();
  return {
    router: router(tools),
    files: filesHandler({ ...tools, pictures }),
    askModel,
    async dispose() {
      await tools.serving[Symbol.asyncDispose]();
      tools.sweeps.close();
      await tools.board[Symbol.asyncDispose]();
      hub.close();
      await tools.projects[Symbol.asyncDispose]();
      await swept;
      await tools.uploads[Symbol.asyncDispose]();
      await pictures[Symbol.asyncDispose]();
    },
  };
}

/** Complete by its type: a procedure of the contract without an implementation does not compile. */
function router(tools: Tools) {
  return os.router({
    host: hostProcedure(tools),
    projects: projectProcedures(tools),
    durability: durabilityProcedures(tools),
    dataset: datasetProcedures(tools),
    labeling: labelingProcedures(tools),
    models: modelProcedures(tools),
    runs: runProcedures(tools),
    sweeps: sweepProcedures(tools),
    evaluation: evaluationProcedures(tools),
    predictions: predictionProcedures(tools),
    exports: exportProcedures(tools),
    modelServer: modelServerProcedures(tools),
    jobs: jobProcedures(tools),
    events: eventsProcedure(tools),
  });
}
