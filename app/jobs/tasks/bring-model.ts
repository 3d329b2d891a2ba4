import { TesseraError, type BroughtModel } from '../../contract/index.ts';
import { describeGraph } from '../../core/model/describe.ts';
import type { Task, TaskResults } from '../../core/tasks.ts';
import { readModelFile } from '../../formats/brought/read-model.ts';
import { writeBroughtWeights } from '../../formats/brought/weights.ts';
import { bundleName } from '../../formats/bundle/names.ts';
import { Bundle, isBundle } from '../../formats/bundle/read.ts';
import {
  broughtModelFile,
  broughtWeightsFile,
  requireProject,
  writeFileAtomic,
} from '../../storage/files.ts';
import { orNotWritable, readGiven } from '../own-file.ts';

/**
 * Takes a model of another program into the project's folder: first its weights, then what makes it one of the project.
 * Throws `fileNotFound`, `fileUnreadable`, `fileMalformed`, `modelNotTaken` and `projectNotWritable`; nothing is left then.
 */
export async function runBringModel(
  task: Extract<Task, { kind: 'bringModel' }>,
): Promise<TaskResults['bringModel']> {
  const { projectPath, path, modelId, name, file, preprocessing } = task;
  const read = readModelFile(await modelBytes(path), path);
  const { graph, tensors, classifier, classes, outputs } = read;
  const { height, width, channels } = graph.input;
  if (height !== width) {
    const reason = `it takes pictures of ${width} × ${height} pixels, and those of Tessera are square`;
    throw new TesseraError('modelNotTaken', { path, reason });
  }
  const target = { channels, imageSize: height, classes: outputs };
  const { parameters, problem } = describeGraph(graph, target);
  if (problem !== null) throw new TesseraError('modelNotTaken', { path, reason: problem.reason });
  const weights = writeBroughtWeights({ tensors, classifier, classes });
  const model: BroughtModel = {
    id: modelId,
    name,
    file,
    format: read.format,
    architecture: read.architecture,
    graph,
    classifier,
    outputs,
    classes,
    ownNormalisation: read.normalisation,
    preprocessing: preprocessing ?? (read.normalisation === null ? 'imagenet' : 'own'),
    isAssumed: preprocessing === undefined && read.isAssumed,
    parameters,
    bytes: weights.length,
    createdAt: Date.now(),
  };
  await requireProject(projectPath);
  await orNotWritable(projectPath, writeFileAtomic(broughtWeightsFile(projectPath, modelId), weights));
  await orNotWritable(
    projectPath,
    writeFileAtomic(broughtModelFile(projectPath, modelId), JSON.stringify(model)),
  );
  return model;
}

async function modelBytes(path: string): Promise<Uint8Array> {
  if (!isBundle(path)) return readGiven(path);
  await using bundle = await Bundle.open(path);
  return await bundle.read(bundleName.weights);
}
