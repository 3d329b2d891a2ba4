import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { augmentation, augmentedPicture } from './augmentation.ts';
import {
  broughtModelId,
  broughtModelInfo,
  modelPreview,
  preprocessing,
  preprocessingPreset,
} from './brought-model.ts';
import {
  classId,
  classInfo,
  columnWishes,
  datasetSummary,
  datasetVersion,
  imageDetails,
  imageFilter,
  imageGroup,
  imageId,
  imageRow,
  importLayout,
  importPreview,
  importSource,
  journalEntry,
  originalsReport,
  qualityReport,
  savedView,
  split,
  splitRatios,
  versionComparison,
  watchedFolder,
} from './dataset.ts';
import { damageReport, salvageReport, snapshotDifference, snapshotInfo } from './durability.ts';
import { evaluation, exportFormat, judgedImage, prediction, modelCard } from './evaluation.ts';
import { event } from './events.ts';
import { answersFormat, modelFile } from './folder-answers.ts';
import { fits, forecast } from './forecast.ts';
import { editedGraph, graphEdit } from './graph-edit.ts';
import { job } from './jobs.ts';
import { servedModel } from './model-server.ts';
import { architectureInfo, graph, modelChoice, modelDescription } from './model.ts';
import { ownModel, ownModelId, ownModelName } from './own-model.ts';
import { hostInfo, projectId, projectSummary, sampleName } from './project.ts';
import { runData, runEvent } from './run-events.ts';
import { diskUse, runDataVersion, whichCheckpoints } from './run-record.ts';
import { sweep, sweepForecast, sweepId, sweepSpec } from './sweep.ts';
import {
  checkpointInfo,
  curveRange,
  curves,
  layersPoint,
  metric,
  run,
  runId,
  schedule,
  trainSettings,
} from './training.ts';

const inProject = z.object({ projectId });
const ofBrought = inProject.extend({ modelId: broughtModelId });
const broughtName = z.string().trim().min(1).max(100);
const ofRun = inProject.extend({ runId });
const ofSweep = inProject.extend({ sweepId });
const ofJob = z.object({ jobId: z.string() });
const startedJob = ofJob;

/** Everything that can be asked of Tessera. One contract for the desktop, the browser and the command line. */
export const contract = {
  host: oc.output(hostInfo),

  projects: {
    /** Recent projects, the latest first. */
    list: oc.output(z.array(projectSummary)),
    /** `path` absent: a folder named after the project in the projects folder. A sample is filled by a job. */
    create: oc
      .input(
        z.object({ name: z.string().min(1), path: z.string().optional(), sample: sampleName.optional() }),
      )
      .output(z.object({ project: projectSummary, jobId: z.string().nullable() })),
    open: oc.input(z.object({ path: z.string().min(1) })).output(projectSummary),
    get: oc.input(inProject).output(projectSummary),
    rename: oc.input(inProject.extend({ name: z.string().min(1) })).output(projectSummary),
    close: oc.input(inProject).output(z.void()),
    /** Takes it off the list; the folder stays. */
    forget: oc.input(inProject).output(z.void()),
  },

  durability: {
    /** Whole copies of the database, the newest first. They are made at opening and every few minutes. */
    snapshots: oc.input(inProject).output(z.array(snapshotInfo)),
    /** Null where nothing has changed since the newest one. */
    takeSnapshot: oc.input(inProject).output(snapshotInfo.nullable()),
    /** How the present differs from a snapshot. */
    difference: oc.input(inProject.extend({ name: z.string() })).output(snapshotDifference),
    /** The present is kept first, as the snapshot whose name is given: restoring that is the undo. */
    restore: oc.input(inProject.extend({ name: z.string() })).output(z.object({ before: z.string() })),
    /** Opens for writing what was open for reading only. Throws why it still cannot be. */
    takeOver: oc.input(inProject).output(projectSummary),
    /** What there is to build a damaged project anew from; nothing is changed. */
    examine: oc.input(z.object({ path: z.string().min(1) })).output(damageReport),
    /** Builds it anew, from a snapshot or (null) from what can be read; a job imports originals that nothing knows. */
    salvage: oc
      .input(z.object({ path: z.string().min(1), snapshot: z.string().nullable() }))
      .output(z.object({ project: projectSummary, report: salvageReport, jobId: z.string().nullable() })),
  },

  dataset: {
    inspect: oc
      .input(z.object({ source: importSource, layout: importLayout, columns: columnWishes.optional() }))
      .output(importPreview),
    startImport: oc
      .input(
        inProject.extend({
          source: importSource,
          layout: importLayout,
          columns: columnWishes.optional(),
          /** The label of everything, whatever the layout says. */
          className: z.string().trim().min(1).max(200).optional(),
          /** Puts everything into this split, whatever the layout says. */
          split: split.optional(),
          /** The originals stay where they are: the project only refers to them. Absent: they are copied. */
          inPlace: z.boolean().optional(),
        }),
      )
      .output(startedJob),
    /** Copies into the project what it only refers to: all of it, or the originals of these pictures. */
    startBringIn: oc
      .input(inProject.extend({ imageIds: z.array(imageId).min(1).optional() }))
      .output(startedJob),
    /** Looks whether the originals outside of the project are still there. */
    checkOriginals: oc.input(inProject).output(originalsReport),
    /** Looks below a folder for the originals that are not where they were; the project refers to what is found from then on. */
    startFindOriginals: oc.input(inProject.extend({ folder: z.string().min(1) })).output(startedJob),
    /** Every picture into a new or empty folder, with a manifest. `out` absent: into the project's `exports/`. */
    startExport: oc.input(inProject.extend({ out: z.string().min(1).optional() })).output(startedJob),
    watchedFolders: oc.input(inProject).output(z.array(watchedFolder)),
    /** What lies there already counts as new. */
    watchFolder: oc.input(inProject.extend({ path: z.string().min(1) })).output(z.array(watchedFolder)),
    /** Its pictures stay. */
    unwatchFolder: oc.input(inProject.extend({ folderId: z.int() })).output(z.array(watchedFolder)),
    summary: oc.input(inProject).output(datasetSummary),
    classes: oc.input(inProject).output(z.array(classInfo)),
    images: oc
      .input(
        inProject.extend({
          filter: imageFilter,
          offset: z.int().min(0),
          limit: z.int().min(1).max(1000),
        }),
      )
      .output(z.object({ total: z.int(), images: z.array(imageRow) })),
    /** Ids only, for select-all. */
    imageIds: oc.input(inProject.extend({ filter: imageFilter })).output(z.array(imageId)),
    /** Where the groups of a filter begin and end; empty without a `group` in it. */
    groups: oc.input(inProject.extend({ filter: imageFilter })).output(z.array(imageGroup)),
    details: oc.input(inProject.extend({ imageId })).output(imageDetails),
    quality: oc.input(inProject).output(qualityReport),
    views: oc.input(inProject).output(z.array(savedView)),
    /** Replaces the one that has this name. */
    saveView: oc
      .input(inProject.extend({ name: z.string().trim().min(1).max(100), filter: imageFilter }))
      .output(z.array(savedView)),
    removeView: oc.input(inProject.extend({ viewId: z.int() })).output(z.array(savedView)),
    /**
     * Seeded and stratified by class; near duplicates and bursts stay together. `keep` leaves pictures alone that have
     * a split already.
     */
    assignSplits: oc
      .input(inProject.extend({ ratios: splitRatios, seed: z.int(), keep: z.boolean() }))
      .output(datasetSummary),
    moveToSplit: oc
      .input(inProject.extend({ imageIds: z.array(imageId).min(1), split: split.nullable() }))
      .output(datasetSummary),
    deleteImages: oc.input(inProject.extend({ imageIds: z.array(imageId).min(1) })).output(datasetSummary),
    /** Leaves pictures out of training and evaluation, or takes them in again. */
    exclude: oc
      .input(inProject.extend({ imageIds: z.array(imageId).min(1), excluded: z.boolean() }))
      .output(datasetSummary),
    setNote: oc.input(inProject.extend({ imageId, note: z.string().max(10_000) })).output(z.void()),
    /** Adds a tag to pictures, or takes it away. */
    tag: oc
      .input(
        inProject.extend({
          imageIds: z.array(imageId).min(1),
          tag: z.string().trim().min(1).max(60),
          add: z.boolean(),
        }),
      )
      .output(z.object({ changed: z.int() })),
    /** Nothing but a final evaluation may touch the test pictures while it is locked. */
    lockTest: oc.input(inProject.extend({ locked: z.boolean() })).output(datasetSummary),
    /** Measures what was imported by an older Tessera; null where there is nothing to measure. */
    startMeasuring: oc.input(inProject).output(z.object({ jobId: z.string().nullable() })),

    versions: oc.input(inProject).output(z.array(datasetVersion)),
    /** Freezes the labeled pictures with a split, as training would take them now. */
    saveVersion: oc
      .input(inProject.extend({ name: z.string().trim().min(1).max(100) }))
      .output(datasetVersion),
    removeVersion: oc.input(inProject.extend({ versionId: z.int() })).output(z.void()),
    /** `to: null` compares with what there is now. */
    compareVersions: oc
      .input(inProject.extend({ from: z.int(), to: z.int().nullable() }))
      .output(versionComparison),
  },

  labeling: {
    /** `classId: null` takes the label away. Answers after the commit. */
    label: oc
      .input(inProject.extend({ imageIds: z.array(imageId).min(1), classId: classId.nullable() }))
      .output(z.object({ changed: z.int() })),
    /** `isNone`: a class for what is none of the others. */
    createClass: oc
      .input(inProject.extend({ name: z.string().trim().min(1).max(200), isNone: z.boolean().optional() }))
      .output(classInfo),
    renameClass: oc
      .input(inProject.extend({ classId, name: z.string().trim().min(1).max(200) }))
      .output(classInfo),
    /** What is absent stays. `key: null` gives back the key of its place. */
    changeClass: oc
      .input(
        inProject.extend({
          classId,
          color: z.int().min(0).max(11).optional(),
          description: z.string().max(2000).optional(),
          key: z
            .string()
            .regex(/^[0-9a-z]$/)
            .nullable()
            .optional(),
        }),
      )
      .output(classInfo),
    /** Every class of the project, in its new order. */
    reorderClasses: oc
      .input(inProject.extend({ classIds: z.array(classId).min(1) }))
      .output(z.array(classInfo)),
    /** The pictures of one class go to the other; the first is gone. */
    mergeClasses: oc
      .input(inProject.extend({ classId, into: classId }))
      .output(z.object({ changed: z.int() })),
    /** Its pictures stay, without a label. */
    deleteClass: oc.input(inProject.extend({ classId })).output(z.object({ changed: z.int() })),
    /** Lets a run look at every picture; what it takes them for is a suggestion for those without a label. */
    startSuggestions: oc.input(ofRun).output(startedJob),
    /** Gives each of these pictures the class that was suggested for it; those without a suggestion stay. */
    acceptSuggestions: oc
      .input(inProject.extend({ imageIds: z.array(imageId).min(1) }))
      .output(z.object({ changed: z.int() })),
    undo: oc.input(inProject).output(journalEntry),
    redo: oc.input(inProject).output(journalEntry),
    history: oc.input(inProject.extend({ limit: z.int().min(1).max(1000) })).output(z.array(journalEntry)),
  },

  models: {
    /** What every architecture would take with the pictures of a project; null before this computer was measured. */
    fits: oc.input(inProject.extend({ settings: trainSettings })).output(fits.nullable()),
    /** Measures this computer with so many threads, about five seconds. */
    startBenchmark: oc.input(inProject.extend({ threads: z.int().min(0).max(256) })).output(startedJob),
    /**
     * Does the parts of a run of these settings once, about two seconds: `fits` then tells of it by that. Null where other work is
     * under way, beside which nothing can be measured. Throws what does not fit together.
     */
    startRehearsal: oc
      .input(inProject.extend({ settings: trainSettings }))
      .output(z.object({ jobId: z.string().nullable() })),
    architectures: oc.output(z.array(architectureInfo)),
    /** Shapes, parameters and cost of a choice, live while it is edited. Never fails on a bad network: says why. */
    describe: oc
      .input(
        z.object({
          model: modelChoice,
          channels: z.int().min(1).max(4),
          imageSize: z.int().min(1).max(512),
          classes: z.int().min(1),
        }),
      )
      .output(modelDescription),
    /** What a training with these settings would take; null before this computer was measured, or of a network with mistakes. */
    forecast: oc.input(inProject.extend({ settings: trainSettings })).output(forecast.nullable()),
    /**
     * A network for the editor, after one step of editing it or (`edit` absent) as it is. Its pictures are as large as it says.
     * Throws `editRefused` for a step that cannot be made; one that leaves mistakes can.
     */
    edit: oc
      .input(
        z.object({
          model: modelChoice,
          edit: graphEdit.optional(),
          channels: z.int().min(1).max(4),
          /** Of a model that does not say it. */
          imageSize: z.int().min(1).max(512),
          classes: z.int().min(1),
        }),
      )
      .output(editedGraph),
    /** The networks that were made in a project, the last changed first. */
    own: oc.input(inProject).output(z.array(ownModel)),
    /** `modelId` absent: a new one. Throws `ownModelExists` where another one has the name. */
    saveOwn: oc
      .input(inProject.extend({ modelId: ownModelId.optional(), name: ownModelName, graph }))
      .output(ownModel),
    /** Runs that trained it keep their copies. */
    removeOwn: oc.input(inProject.extend({ modelId: ownModelId })).output(z.void()),
    /** The models that were brought into a project, the newest first. */
    brought: oc.input(inProject).output(z.array(broughtModelInfo)),
    /** Looks into a file without taking it in. Throws what `bring` throws. */
    inspect: oc.input(inProject.extend({ source: importSource })).output(modelPreview),
    /** One file: `.onnx`, or `.safetensors` with the weights of a known architecture, or what Tessera exported. */
    bring: oc
      .input(
        inProject.extend({
          source: importSource,
          name: broughtName.optional(),
          preprocessing: preprocessingPreset.optional(),
        }),
      )
      .output(broughtModelInfo),
    /** What is absent stays. */
    changeBrought: oc
      .input(ofBrought.extend({ name: broughtName.optional(), preprocessing: preprocessing.optional() }))
      .output(broughtModelInfo),
    /** Runs that began with it keep what they have. */
    removeBrought: oc.input(ofBrought).output(z.void()),
    /** What a run that begins with it would train. */
    describeBrought: oc
      .input(ofBrought.extend({ imageSize: z.int().min(1).max(512) }))
      .output(modelDescription),
    /**
     * What the network would see of pictures in the first epochs of a run with this seed. Without `imageIds` some of those
     * that it would learn. Pictures that are mixed are mixed with each other, so these take another partner in training.
     */
    augmentationPreview: oc
      .input(
        inProject.extend({
          augment: augmentation,
          imageSize: z.int().min(8).max(512),
          seed: z.int().min(0).max(0xffff_ffff),
          imageIds: z.array(imageId).min(1).max(16).optional(),
          epochs: z.int().min(1).max(16),
        }),
      )
      .output(z.array(augmentedPicture)),
  },

  runs: {
    /** Learning rates of evenly spread steps, as shares of the one that is set; of a plateau only what is known before. */
    schedule: oc
      .input(
        z.object({
          schedule: schedule.optional(),
          epochs: z.int().min(1).max(10_000),
          stepsPerEpoch: z.int().min(1),
          count: z.int().min(2).max(500),
        }),
      )
      .output(z.array(z.number())),
    start: oc
      .input(inProject.extend({ settings: trainSettings, resume: runId.optional() }))
      .output(z.object({ run, jobId: z.string() })),
    /** Some steps with a rising learning rate; the job's result has the curve and the rate that it suggests. */
    startRateSearch: oc.input(inProject.extend({ settings: trainSettings })).output(startedJob),
    list: oc.input(inProject).output(z.array(run)),
    get: oc.input(ofRun).output(run),
    rename: oc.input(ofRun.extend({ name: z.string().trim().min(1).max(100) })).output(run),
    remove: oc.input(ofRun).output(z.void()),
    /** What went on in its layers, the oldest epoch first; a new one is there when its epoch is announced. */
    layers: oc.input(ofRun).output(z.array(layersPoint)),
    /** With their sizes on the disk. */
    checkpoints: oc.input(ofRun).output(z.array(checkpointInfo)),
    /** What happened to it, the first event first. */
    events: oc.input(ofRun).output(z.array(runEvent)),
    /** Which data it learned from, in stretches of epochs: one, unless it took up labels that were changed meanwhile. */
    data: oc.input(ofRun).output(z.array(runData)),
    /** The last stretch of it, described. */
    dataVersion: oc.input(ofRun).output(runDataVersion),
    /** How the pictures and labels of now differ from that; without the test pictures where those are locked, or were then. */
    compareData: oc.input(ofRun).output(versionComparison),
    /** What the runs of a project take on the disk. */
    disk: oc.input(inProject).output(diskUse),
    /** The run, its curves and what was evaluated stay; without any checkpoint it answers no more and cannot be resumed. */
    removeCheckpoints: oc.input(ofRun.extend({ which: whichCheckpoints })).output(run),
    /** Its curves, or a stretch of them, averaged down to at most `count` step points; every epoch is there. */
    curves: oc
      .input(ofRun.extend({ count: z.int().min(2).max(10_000), range: curveRange.optional() }))
      .output(curves),
    /** Points with `seq` greater than `after`, oldest first. */
    metrics: oc.input(ofRun.extend({ after: z.int() })).output(z.array(metric)),
  },

  sweeps: {
    /** Throws what `start` throws where it does not fit together. */
    forecast: oc.input(inProject.extend({ spec: sweepSpec })).output(sweepForecast),
    /** Freezes the pictures of now for all trials, and begins with the first one. */
    start: oc.input(inProject.extend({ spec: sweepSpec })).output(sweep),
    /** The newest first. */
    list: oc.input(inProject).output(z.array(sweep)),
    get: oc.input(ofSweep).output(sweep),
    /** The trial that trains goes on to its next checkpoint, and gives its lane free there. */
    pause: oc.input(ofSweep).output(sweep),
    /** Goes on with what is left, whatever it was ended by. `minutes`: the new limit for all of it. */
    resume: oc.input(ofSweep.extend({ minutes: sweepSpec.shape.minutes.optional() })).output(sweep),
    /** What has been trained stays, and it can be resumed. */
    cancel: oc.input(ofSweep).output(sweep),
    /** Takes it off the list; its runs stay. */
    remove: oc.input(ofSweep).output(z.void()),
  },

  evaluation: {
    /** Starts a job; when it is done `get` has the result. */
    /** While the test set is locked, only one that is said to be final may use it. */
    start: oc.input(ofRun.extend({ split, isFinal: z.boolean().optional() })).output(startedJob),
    get: oc.input(ofRun.extend({ split })).output(evaluation.nullable()),
    /** The pictures of a confusion cell, or the mistakes with the greatest loss first. */
    images: oc
      .input(
        ofRun.extend({
          split,
          truth: z.int().optional(),
          predicted: z.int().optional(),
          mistakesOnly: z.boolean(),
          offset: z.int().min(0),
          limit: z.int().min(1).max(1000),
        }),
      )
      .output(z.object({ total: z.int(), images: z.array(judgedImage) })),
  },

  predictions: {
    /** Pictures of the project or of an upload, through the best checkpoint of a run. */
    predict: oc
      .input(
        ofRun.extend({
          pictures: z.union([
            z.object({ imageIds: z.array(imageId).min(1).max(256) }),
            z.object({ uploadId: z.string() }),
            z.object({ paths: z.array(z.string()).min(1) }),
          ]),
        }),
      )
      .output(z.array(prediction)),
    /** A `.npy` file, float32 [N, C, H, W], goes in untouched; raw logits come out. */
    logits: oc
      .input(ofRun.extend({ path: z.string() }))
      .output(z.object({ outputs: z.array(z.array(z.number())) })),
    /** The same two of a model that was exported as ONNX: `model` is its path. */
    predictWithFile: oc
      .input(z.object({ model: z.string().min(1), paths: z.array(z.string()).min(1) }))
      .output(z.array(prediction)),
    logitsOfFile: oc
      .input(z.object({ model: z.string().min(1), path: z.string() }))
      .output(z.object({ outputs: z.array(z.array(z.number())) })),
    /**
     * Every picture below a folder (or of an upload) → a file or sorted copies. What was begun with the same model, format
     * and destination goes on where it was. `out` absent: into the `exports/` of the project, which a model file alone has
     * not. `threshold` absent: `usualThreshold`.
     */
    startFolder: oc
      .input(
        z.union([ofRun, modelFile.extend({ projectId: projectId.optional() })]).and(
          z.object({
            source: importSource,
            format: answersFormat,
            threshold: z.number().min(0).max(1).optional(),
            out: z.string().min(1).optional(),
          }),
        ),
      )
      .output(startedJob),
  },

  exports: {
    /** `out` absent: into the project's `exports/`. */
    start: oc.input(ofRun.extend({ format: exportFormat, out: z.string().optional() })).output(startedJob),
    card: oc.input(ofRun).output(modelCard),
    /** Null: back to the one that is made from the run. */
    saveCard: oc.input(ofRun.extend({ text: z.string().max(100_000).nullable() })).output(modelCard),
  },

  /** The local prediction server: one model, on 127.0.0.1, until it is switched off or Tessera ends. */
  modelServer: {
    status: oc.output(servedModel.nullable()),
    /** In place of what was served before; `port` 0 takes a free one. */
    start: oc
      .input(
        z
          .union([ofRun, modelFile])
          .and(z.object({ port: z.int().min(0).max(65_535), threshold: z.number().min(0).max(1) })),
      )
      .output(servedModel),
    stop: oc.output(z.void()),
  },

  jobs: {
    list: oc.output(z.array(job)),
    get: oc.input(ofJob).output(job),
    cancel: oc.input(ofJob).output(z.void()),
    /** Puts one that waits at another place among those that wait, 0 for the next one. */
    move: oc.input(ofJob.extend({ place: z.int().min(0) })).output(z.void()),
    /** A training that runs goes on to its next checkpoint, and gives its lane free there. */
    pause: oc.input(ofJob).output(z.void()),
    resume: oc.input(ofJob).output(z.void()),
    /** Does one that failed or was cancelled once more; a training goes on from its last checkpoint. */
    retry: oc.input(ofJob).output(z.void()),
    /** The runs of a project that wait to be trained, in their order; those that are paused too. */
    waiting: oc.input(inProject).output(z.array(run)),
  },

  /** A live stream; it ends when the caller aborts or the connection closes. */
  events: oc.output(eventIterator(event)),
};
export type Contract = typeof contract;
