import { createHash } from 'node:crypto';
import { TesseraError, type Run, type TrainSettings } from '../contract/index.ts';
import { chooseGraph } from '../core/model/choose.ts';
import { checkGraph, describeGraph } from '../core/model/describe.ts';
import { pretrained } from '../core/model/pretrained.ts';
import { headStrengths } from '../core/training/head-path.ts';
import { checkSettings } from '../core/training/check-settings.ts';
import { makePlan } from '../core/training/make-plan.ts';
import type { TrainPlan } from '../core/training/plan.ts';
import { os } from './implementer.ts';
import type { ProjectStore } from './ports.ts';
import { newRunId, newRunName } from './run-names.ts';
import type { Tools } from './tools.ts';
import { trainListener } from './train-work.ts';
import { trainedRun } from './trained-run.ts';

/** Training runs: started, resumed, read and named. */
export function runProcedures(tools: Tools) {
  const { projects, hub, board } = tools;
  const announce = (projectId: string, run: Run): void => hub.publish({ type: 'run', projectId, run });

  return {
    /** A resumed run goes on by the plan that it was started with; the settings that are handed in do not count. */
    start: os.runs.start.handler(({ input: { projectId, settings, resume } }) => {
      const store = projects.store(projectId);
      const run = resume === undefined ? addRun(store, settings) : requeue(store, resume);
      announce(projectId, run);
      const { id } = board.start({
        kind: 'train',
        projectId,
        runId: run.id,
        title: run.name,
        task: { kind: 'train', projectPath: store.path, runId: run.id, resume: resume !== undefined },
        ...trainListener(tools, projectId, run),
      });
      return { run, jobId: id };
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
      refuseActive(store.run(runId));
      store.removeRun(runId);
      hub.publish({ type: 'projects' });
    }),

    checkpoints: os.runs.checkpoints.handler(({ input: { projectId, runId } }) =>
      projects.store(projectId).checkpoints(runId),
    ),

    metrics: os.runs.metrics.handler(({ input: { projectId, runId, after } }) =>
      projects.store(projectId).metrics(runId, after),
    ),
  };
}

/** Freezes the data and the network; both are on the disk when this returns. */
function addRun(store: ProjectStore, wanted: TrainSettings): Run {
  const { classes, entries: all } = store.manifest();
  // A locked test set is not even looked at when the run ends.
  const entries = store.testLocked() ? all.filter(({ split }) => split !== 'test') : all;
  const target = { channels: store.channels(), imageSize: wanted.imageSize, classes: classes.length };
  const settings = settle(wanted);
  const graph = chooseGraph(settings.model, target);
  const before = settings.start === undefined ? null : trainedRun(store, settings.start.runId);
  const normalisation = before === null ? {} : { normalisation: store.plan(before.id).normalisation };
  const plan = makePlan({ runId: newRunId(), settings, graph, classes, entries, ...normalisation }, sha256);
  checkGraph(graph, target);
  checkSettings(settings, graph, entries);
  const names = store.runs().map(({ name }) => name);
  const run = newRun(plan, newRunName(names), describeGraph(graph, target).parameters);
  store.addRun(run, plan);
  return run;
}

/** What a pretrained start decides by itself. An epoch of a head is one strength of its regularisation. */
function settle(settings: TrainSettings): TrainSettings {
  if (settings.pretrained === undefined) return settings;
  return {
    ...settings,
    model: { kind: 'architecture', name: pretrained.architecture },
    ...(settings.pretrained === 'head' && { epochs: headStrengths.length }),
  };
}

function requeue(store: ProjectStore, runId: string): Run {
  refuseActive(trainedRun(store, runId));
  return store.updateRun(runId, { status: 'queued', endedAt: null, error: null });
}

function refuseActive({ name, status }: Run): void {
  if (status === 'queued' || status === 'running') throw new TesseraError('runActive', { run: name });
}

function newRun(
  { runId, settings, graph, classes, dataHash }: TrainPlan,
  name: string,
  parameters: number,
): Run {
  return {
    id: runId,
    name,
    model: graph.name,
    status: 'queued',
    settings,
    graph,
    classes,
    parameters,
    createdAt: Date.now(),
    endedAt: null,
    epoch: 0,
    bestEpoch: null,
    bestValAccuracy: null,
    testAccuracy: null,
    imagesPerSecond: null,
    seconds: null,
    dataHash,
    hasCheckpoint: false,
    error: null,
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
