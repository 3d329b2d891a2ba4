import { TesseraError, type Run, type TrainSettings } from '../contract/index.ts';
import { shownShares, usualSchedule } from '../core/training/schedule.ts';
import type { MeasuredSpeeds } from './computer-speeds.ts';
import { compareDataOf, dataOf, dataVersionOf } from './data-of-run.ts';
import { endRehearsals } from './fits.ts';
import { Foretelling } from './foretelling.ts';
import { os } from './implementer.ts';
import type { ProjectStore } from './ports.ts';
import { newRun } from './new-run.ts';
import { planRun } from './plan-run.ts';
import type { Tools } from './tools.ts';
import { trainWork } from './train-work.ts';
import { trainedRun } from './trained-run.ts';

/** Training runs: started, resumed, read and named. */
export function runProcedures(tools: Tools) {
  const { projects, hub, board } = tools;
  const announce = (projectId: string, run: Run): void => hub.publish({ type: 'run', projectId, run });

  return {
    schedule: os.runs.schedule.handler(({ input: { schedule, count, ...length } }) =>
      shownShares(schedule ?? usualSchedule, length, count),
    ),

    /** A resumed run goes on by the plan that it was started with; the settings that are handed in do not count. */
    start: os.runs.start.handler(async ({ input: { projectId, settings, resume } }) => {
      const store = projects.store(projectId);
      const paused = resume === undefined ? null : board.ofRun(resume);
      if (paused?.status === 'paused' && resume !== undefined) {
        board.resume(paused.id);
        return { run: store.run(resume), jobId: paused.id };
      }
      // What cannot be told beforehand keeps nobody from training.
      const measured = await tools.speeds.read(settings.threads).catch(() => null);
      const run = resume === undefined ? addRun(store, settings, measured) : requeue(tools, store, resume);
      announce(projectId, run);
      endRehearsals(board);
      const job = board.start(trainWork(tools, projectId, run, { resume: resume !== undefined }));
      return { run, jobId: job.id };
    }),

    /** Nothing of it becomes a run. */
    startRateSearch: os.runs.startRateSearch.handler(({ input: { projectId, settings } }) => {
      const store = projects.store(projectId);
      if (settings.pretrained === 'head') {
        const reason = 'a head that is fitted to a pretrained network has none';
        throw new TesseraError('invalidInput', { what: 'The search for a learning rate', reason });
      }
      const { plan } = planRun(store, settings);
      const { id } = board.start({
        kind: 'findRate',
        projectId,
        title: plan.graph.name,
        task: { kind: 'findRate', projectPath: store.path, plan },
        onDone: (found) => ({ kind: 'findRate', ...found }),
      });
      return { jobId: id };
    }),

    list: os.runs.list.handler(({ input: { projectId } }) => projects.store(projectId).runs()),

    get: os.runs.get.handler(({ input: { projectId, runId } }) => projects.store(projectId).run(runId)),

    rename: os.runs.rename.handler(({ input: { projectId, runId, name } }) => {
      const run = projects.store(projectId).updateRun(runId, { name });
      announce(projectId, run);
      return run;
    }),

    remove: os.runs.remove.handler(({ input: { projectId, runId } }) => {
      const store = projects.store(projectId);
      refuseActive(tools, store.run(runId));
      store.removeRun(runId);
      hub.publish({ type: 'projects' });
    }),

    layers: os.runs.layers.handler(({ input: { projectId, runId } }) =>
      projects.store(projectId).layers(runId),
    ),

    checkpoints: os.runs.checkpoints.handler(({ input: { projectId, runId } }) =>
      projects.store(projectId).checkpoints(runId),
    ),

    curves: os.runs.curves.handler(({ input: { projectId, runId, count, range } }) =>
      projects.store(projectId).curves(runId, count, range),
    ),

    events: os.runs.events.handler(({ input: { projectId, runId } }) => {
      const store = projects.store(projectId);
      return store.runEvents(store.run(runId).id);
    }),

    data: os.runs.data.handler(({ input: { projectId, runId } }) => dataOf(projects.store(projectId), runId)),

    dataVersion: os.runs.dataVersion.handler(({ input: { projectId, runId } }) =>
      dataVersionOf(projects.store(projectId), runId),
    ),

    compareData: os.runs.compareData.handler(({ input: { projectId, runId } }) =>
      compareDataOf(projects.store(projectId), runId),
    ),

    disk: os.runs.disk.handler(({ input: { projectId } }) => projects.store(projectId).disk()),

    removeCheckpoints: os.runs.removeCheckpoints.handler(({ input: { projectId, runId, which } }) => {
      const store = projects.store(projectId);
      let run = store.run(runId);
      refuseActive(tools, run);
      // The row first: whoever is killed in between finds files that the next opening knows again.
      if (which === 'all' && run.hasCheckpoint) run = store.updateRun(runId, { hasCheckpoint: false });
      store.removeCheckpointFiles(runId, which);
      announce(projectId, run);
      return run;
    }),

    metrics: os.runs.metrics.handler(({ input: { projectId, runId, after } }) =>
      projects.store(projectId).metrics(runId, after),
    ),
  };
}

/** The plan and the row are on the disk when this returns. */
function addRun(store: ProjectStore, wanted: TrainSettings, measured: MeasuredSpeeds | null): Run {
  const { plan, parameters } = planRun(store, wanted);
  const forecast = measured === null ? null : new Foretelling(store, measured).of(wanted);
  const run = { ...newRun(store, plan, parameters), ...(forecast && { forecast }) };
  store.addRun(run, plan);
  return run;
}

function requeue(tools: Tools, store: ProjectStore, runId: string): Run {
  const run = store.run(runId);
  // One that still waits may begin without a checkpoint.
  if (run.status !== 'queued' && run.status !== 'paused') trainedRun(store, runId);
  refuseActive(tools, run);
  return store.updateRun(runId, { status: 'queued', endedAt: null, error: null });
}

function refuseActive({ board }: Tools, { id, name }: Run): void {
  if (board.ofRun(id) !== null) throw new TesseraError('runActive', { run: name });
}
