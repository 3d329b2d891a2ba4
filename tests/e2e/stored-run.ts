import { defaultTrainSettings, type Run, type TesseraError } from '../../app/contract/index.ts';
import type { ProjectStore } from '../../app/services/ports.ts';

/** A run that began and ended with an error, as its row and its events tell it. */
export function failedRun(store: ProjectStore, { code, message }: TesseraError): void {
  const { classes } = store.manifest();
  const run: Run = {
    id: 'r-1',
    name: 'quiet-heron-1',
    model: 'small-cnn',
    status: 'stopped',
    settings: defaultTrainSettings,
    graph: {
      name: 'dense',
      input: { channels: 1, height: 28, width: 28 },
      layers: [
        { op: 'flatten', id: 'flatten', input: 'input' },
        { op: 'dense', id: 'logits', input: 'flatten', units: classes.length, bias: true },
      ],
    },
    classes: [...classes],
    parameters: 1570,
    createdAt: Date.now(),
    endedAt: Date.now(),
    epoch: 0,
    bestEpoch: null,
    bestValAccuracy: null,
    testAccuracy: null,
    imagesPerSecond: null,
    seconds: null,
    dataHash: 'ab'.repeat(32),
    hasCheckpoint: false,
    error: message,
  };
  store.addRun(run, {
    version: 1,
    runId: run.id,
    settings: run.settings,
    graph: run.graph,
    classes: run.classes,
    normalisation: { mean: [0.5], std: [0.25] },
    manifest: [],
    dataHash: run.dataHash,
  });
  store.addMetrics(run.id, [
    { kind: 'step', seq: 0, step: 1, epoch: 0.1, time: 0.1, loss: 0.7, accuracy: 0.5, imagesPerSecond: 100 },
  ]);
  store.addRunEvent(
    run.id,
    { kind: 'interrupted', ...store.whereRunStands(run.id), code, message },
    Date.now(),
  );
}
