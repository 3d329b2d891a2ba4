import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { TesseraError, type Prediction } from '../../contract/index.ts';
import { batchesOf } from '../../core/training/batches.ts';
import type { Task, TaskResults } from '../../core/tasks.ts';
import { bundleName } from '../../formats/bundle/names.ts';
import { Bundle, isBundle } from '../../formats/bundle/read.ts';
import { readNpy } from '../../formats/npy.ts';
import { normalised } from '../../formats/onnx/preprocessing.ts';
import { readOnnxClassifier, withoutPreprocessing, type OnnxClassifier } from '../../formats/onnx/read.ts';
import { images, logits, probabilities } from '../../formats/onnx/write.ts';
import { OnnxSession } from '../onnx-session.ts';
import { readGiven } from '../own-file.ts';
import { readGivenPicture } from '../pictures.ts';
import type { TaskContext } from './context.ts';
import { inferenceBatch } from './inference.ts';
import { inBatches } from './logits.ts';
import { toPrediction } from './predict.ts';

/**
 * An exported ONNX file, or the one in a bundle, run by ONNX Runtime and asked about pictures, which are brought to its size as in training.
 * Throws `fileNotFound`, `fileMalformed` for what is not such a file, and `pictureUnreadable`.
 */
export async function runPredictWithFile(
  { model: path, inputs }: Extract<Task, { kind: 'predictWithFile' }>,
  { signal }: TaskContext,
): Promise<TaskResults['predictWithFile']> {
  const { input, labels, scores } = await warmFile(path);
  const predictions: Prediction[] = [];
  for (const places of batchesOf([...inputs.keys()], inferenceBatch)) {
    signal.throwIfAborted();
    const batch = inputs.slice(predictions.length, predictions.length + places.length);
    const pictures = await Promise.all(batch.map((each) => readGivenPicture(each, input)));
    const rows = await scores(pictures);
    predictions.push(...rows.map((row, index) => toPrediction(batch[index]?.name ?? '', row, labels)));
  }
  return predictions;
}

/** What an exported ONNX file says about itself. Throws as `runPredictWithFile` does. */
export async function runDescribeFile({
  model: path,
}: Extract<Task, { kind: 'describeFile' }>): Promise<TaskResults['describeFile']> {
  const { input, labels } = readOnnxClassifier(await readModel(path), path);
  return { name: basename(path), classes: labels, input };
}

/** Raw logits of an exported ONNX file for an array; see `runLogits`. */
export async function runLogitsOfFile(
  { model: modelPath, path }: Extract<Task, { kind: 'logitsOfFile' }>,
  { signal }: TaskContext,
): Promise<TaskResults['logitsOfFile']> {
  const file = await readModel(modelPath);
  const classifier = readOnnxClassifier(file, modelPath);
  const { height, width, channels } = classifier.input;
  const array = readNpy(await readModel(path), path);
  const batches = inBatches(array, classifier.input, path);
  // A tensor goes in where the preprocessing ends, so a network without one is made of the file.
  const network = array.dtype === 'float32' ? withoutPreprocessing(classifier) : file;
  await using session = await open(network, modelPath);
  const outputs: number[][] = [];
  for (const batch of batches) {
    signal.throwIfAborted();
    const rows =
      'pictures' in batch
        ? await session.run(
            { name: images, data: batch.pictures, shape: [batch.count, height, width, channels] },
            logits,
          )
        : await session.run({ name: normalised, ...batch }, logits);
    outputs.push(...rows.map((row) => [...row]));
  }
  return { outputs };
}

/** The bytes of an ONNX file, or of the one in a bundle. */
async function readModel(path: string): Promise<Uint8Array> {
  if (!isBundle(path)) return readGiven(path);
  await using bundle = await Bundle.open(path);
  return await bundle.read(bundleName.onnx);
}

interface WarmSession extends Pick<OnnxClassifier, 'labels' | 'input'> {
  /** Changes whenever another file takes the place of this one. */
  key: string;
  session: OnnxSession;
}

/** A worker process keeps the session that it used last: a server asks the same file again and again. */
let kept: WarmSession | null = null;

/** A model file that is asked about pictures. */
export interface WarmFile extends Pick<OnnxClassifier, 'labels' | 'input'> {
  /** For pictures, uint8 [H, W, C], the probabilities of the classes; at most `inferenceBatch`. */
  scores(pictures: readonly Uint8Array[]): Promise<Float32Array[]>;
}

/** An exported ONNX file, or the one in a bundle, from the memory of this process where it is still the same. */
export async function warmFile(path: string): Promise<WarmFile> {
  const { input, labels, session } = await warmSession(path);
  const { height, width, channels } = input;
  return {
    input,
    labels,
    async scores(pictures) {
      if (pictures.length === 0) return [];
      const shape = [pictures.length, height, width, channels];
      return session.run({ name: images, data: Buffer.concat(pictures), shape }, probabilities);
    },
  };
}

/** Not for the caller to dispose. */
async function warmSession(path: string): Promise<WarmSession> {
  // Where there is no file, `readGiven` says so.
  const found = await stat(path, { bigint: true }).catch(() => null);
  const key = `${path} ${found?.ino} ${found?.size} ${found?.mtimeNs}`;
  if (kept?.key === key) return kept;
  const file = await readModel(path);
  const { input, labels } = readOnnxClassifier(file, path);
  const session = await open(file, path);
  await kept?.session[Symbol.asyncDispose]();
  kept = { key, input, labels, session };
  return kept;
}

async function open(file: Uint8Array, path: string): Promise<OnnxSession> {
  return OnnxSession.open(file).catch((error: unknown) => {
    const reason = `ONNX Runtime cannot run it (${error instanceof Error ? error.message : String(error)})`;
    throw new TesseraError('fileMalformed', { path, format: 'ONNX', reason }, { cause: error });
  });
}
