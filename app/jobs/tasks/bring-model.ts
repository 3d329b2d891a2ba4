import {
  TesseraError,
  type BroughtModel,
  type ModelDescription,
  type PreprocessingPreset,
} from '../../contract/index.ts';
import { describeGraph } from '../../core/model/describe.ts';
import type { Task, TaskResults } from '../../core/tasks.ts';
import { readModelFile } from '../../formats/brought/read-model.ts';
import { writeBroughtWeights } from '../../formats/brought/weights.ts';
import { bundleName } from '../../formats/bundle/names.ts';
import { Bundle, isBundle } from '../../formats/bundle/read.ts';
import type { FloatTensor } from '../../formats/safetensors.ts';
import {
  broughtModelFile,
  broughtWeightsFile,
  requireProject,
  writeFileAtomic,
} from '../../storage/files.ts';
import { orNotWritable, readGiven } from '../own-file.ts';

/** A file's model as one of a project: what is known of it before it has a name and a place there. */
interface Found {
  model: Omit<BroughtModel, 'id' | 'name' | 'file' | 'bytes' | 'createdAt'>;
  tensors: Readonly<Record<string, FloatTensor>>;
  description: ModelDescription;
}

/** Looks into a file without taking it in. Throws what `runBringModel` throws, but for the project. */
export async function runInspectModel({
  path,
}: Extract<Task, { kind: 'inspectModel' }>): Promise<TaskResults['inspectModel']> {
  const { model, description } = await find(path);
  const { graph, ...rest } = model;
  return { ...rest, input: graph.input, description };
}

/**
 * Takes a model of another program into the project's folder: first its weights, then what makes it one of the project.
 * Throws `fileNotFound`, `fileUnreadable`, `fileMalformed`, `modelNotTaken` and `projectNotWritable`; nothing is left then.
 */
export async function runBringModel(
  task: Extract<Task, { kind: 'bringModel' }>,
): Promise<TaskResults['bringModel']> {
  const { projectPath, path, modelId, name, file, preprocessing } = task;
  const { model: found, tensors } = await find(path, preprocessing);
  const weights = writeBroughtWeights({ tensors, classifier: found.classifier, classes: found.classes });
  const model: BroughtModel = {
    ...found,
    id: modelId,
    name,
    file,
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

async function find(path: string, preprocessing?: PreprocessingPreset): Promise<Found> {
  const read = readModelFile(await modelBytes(path), path);
  const { format, architecture, graph, tensors, classifier, classes, outputs } = read;
  const { height, width, channels } = graph.input;
  if (height !== width) {
    const reason = `it takes pictures of ${width} × ${height} pixels, and those of Tessera are square`;
    throw new TesseraError('modelNotTaken', { path, reason });
  }
  const description = describeGraph(graph, { channels, imageSize: height, classes: outputs });
  const { parameters, problem } = description;
  if (problem !== null) throw new TesseraError('modelNotTaken', { path, reason: problem.reason });
  const model: Found['model'] = {
    ...{ format, architecture, graph, classifier, outputs, classes, parameters },
    ownNormalisation: read.normalisation,
    preprocessing: preprocessing ?? (read.normalisation === null ? 'imagenet' : 'own'),
    isAssumed: preprocessing === undefined && read.isAssumed,
  };
  return { model, tensors, description };
}

async function modelBytes(path: string): Promise<Uint8Array> {
  if (!isBundle(path)) return readGiven(path);
  await using bundle = await Bundle.open(path);
  return await bundle.read(bundleName.weights);
}
