import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TesseraError, type ExportFormat, type Parity } from '../../contract/index.ts';
import { agrees, compareLogits } from '../../core/evaluation/parity.ts';
import { predictionGraph } from '../../core/model/prediction.ts';
import type { Task, TaskResults } from '../../core/tasks.ts';
import { batchesOf } from '../../core/training/batches.ts';
import type { ExportedModel } from '../../formats/exported-model.ts';
import { isBundle } from '../../formats/bundle/read.ts';
import { labelsText } from '../../formats/labels.ts';
import { writeOnnx } from '../../formats/onnx/write.ts';
import { writeWeights } from '../../formats/weights.ts';
import { writeFileAtomic } from '../../storage/files.ts';
import { openOwn, openWritten, type Answering, type ModelFormat } from './answering.ts';
import type { TaskContext } from './context.ts';
import { exportBundle } from './export-bundle.ts';
import { exportInt8 } from './export-int8.ts';
import { inferenceBatch } from './inference.ts';
import { picturesDone } from './progress-detail.ts';
import { readSamples } from './samples.ts';
import { loadTrainedModel, type TrainedModel } from './trained-model.ts';
import { orExportFailed } from './write-failure.ts';

const labelsName = 'labels.txt';

/**
 * Writes a run's best network for other programs, with `labels.txt` beside it. The file takes its name only after it was
 * read back from the disk and answered like our own engine on pictures of the project. Throws `exportDiffers` when it
 * does not, `exportFailed` when it cannot be written or compared; then what was there before is untouched.
 */
export async function runExport(
  task: Extract<Task, { kind: 'export' }>,
  context: TaskContext,
): Promise<TaskResults['export']> {
  const { projectPath, runId, format, out, samples, version, card } = task;
  await checkPlace(out, format);
  context.progress(0, null, 'Reading pictures');
  const model = await loadTrainedModel(projectPath, runId);
  const pictures = await readSamples(task, samples, model.plan.graph.input, context.signal);
  if (pictures.length === 0)
    refuse(out, 'no labeled picture of the project is left to compare its answers on');
  const ours = await answers(await openOwn(model), pictures, context);
  const exported = exportedModel(model, version);
  const judge = async (kind: ModelFormat, file: Uint8Array): Promise<Parity> => {
    const written = await openWritten(kind, file, out, model.plan);
    const parity = { ...compareLogits(ours, await answers(written, pictures, context)), judge: written.name };
    refuseDifference(parity);
    return parity;
  };
  if (format === 'bundle') return exportBundle({ out, exported, pictures, ours, card, judge });

  const labels = join(dirname(out), labelsName);
  const writeLabels = () => orExportFailed(labels, writeFileAtomic(labels, labelsText(model.plan.classes)));
  if (format === 'onnx-int8') {
    const written = await exportInt8(
      { out, exported, plan: model.plan, originals: task, judge, writeLabels },
      context,
    );
    return { ...written, files: [out, labels] };
  }
  const file = encode(format, exported, out);
  let parity!: Parity;
  const writing = writeFileAtomic(out, file, async (temporary) => {
    parity = await judge(format, await readFile(temporary));
    await writeLabels();
  });
  await orExportFailed(out, writing);
  return { path: out, bytes: file.length, files: [out, labels], parity, parts: [] };
}

/** What can be known before the work begins; above all what would fail only when the labels are there already. */
async function checkPlace(out: string, format: ExportFormat): Promise<void> {
  if (format === 'bundle' && !isBundle(out)) refuse(out, 'a bundle is a zip; let its name end in .zip');
  if (basename(out).toLowerCase() === labelsName) refuse(out, 'the list of labels takes that name');
  const there = await stat(out).catch(() => null);
  if (there?.isDirectory()) refuse(out, 'it is a folder; name a file in it');
}

/** Throws `exportDiffers` where the written model is not the same model. */
function refuseDifference(parity: Parity): void {
  if (agrees(parity)) return;
  const { maxAbsDiff, tolerance, judge } = parity;
  const difference = Number.isFinite(maxAbsDiff)
    ? `by ${maxAbsDiff.toExponential(1)} in ${judge}, where ${tolerance.toExponential(1)} is allowed`
    : `its logits in ${judge} or here are not all numbers`;
  throw new TesseraError('exportDiffers', { difference });
}

function exportedModel({ plan, tensors }: TrainedModel, version: string): ExportedModel {
  const { classes, normalisation, runId, dataHash } = plan;
  const graph = predictionGraph(plan.graph);
  const layers = new Set(graph.layers.map(({ id }) => id));
  const ofLayers = Object.entries(tensors).filter(([name]) =>
    layers.has(name.slice(0, name.lastIndexOf('.'))),
  );
  return {
    graph,
    tensors: Object.fromEntries(ofLayers),
    classes,
    normalisation,
    origin: { runId, dataHash, version },
  };
}

function encode(format: ModelFormat, model: ExportedModel, path: string): Uint8Array {
  switch (format) {
    case 'onnx':
      return writeOnnx(model, path);
    case 'safetensors':
      return writeWeights(model);
  }
}

/** One row of logits for each picture. Closes the model. */
async function answers(
  model: Answering,
  pictures: readonly Uint8Array[],
  { signal, progress }: TaskContext,
): Promise<Float32Array[]> {
  await using opened = model;
  const rows: Float32Array[] = [];
  for (const places of batchesOf([...pictures.keys()], inferenceBatch)) {
    signal.throwIfAborted();
    const batch = Buffer.concat(pictures.slice(rows.length, rows.length + places.length));
    rows.push(...(await opened.logits({ pictures: batch, count: places.length })));
    const done = picturesDone(rows.length, pictures.length);
    progress(rows.length, pictures.length, `Answers of ${opened.name}, ${done}`);
  }
  return rows;
}

function refuse(path: string, reason: string): never {
  throw new TesseraError('exportFailed', { path, reason });
}
