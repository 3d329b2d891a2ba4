import { TesseraError, type ExportFormat, type Graph } from '../../contract/index.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import type { NetworkApi, PictureBatch } from '../../engine/types.ts';
import { images, logits } from '../../formats/onnx/write.ts';
import { readWeights } from '../../formats/weights.ts';
import { OnnxSession } from '../onnx-session.ts';
import { logitsOf } from './inference.ts';
import type { TrainedModel } from './trained-model.ts';
import { trainedNetwork } from './trained-network.ts';

/** The formats that are one model in one file. */
export type ModelFormat = Exclude<ExportFormat, 'bundle' | 'onnx-int8'>;

/** A model that can be asked about pictures: ours, or one that was written. */
export interface Answering extends AsyncDisposable {
  /** Who computes, with its version where it is not us. */
  readonly name: string;
  /** One row for each picture; at most `inferenceBatch` pictures. */
  logits(batch: PictureBatch): Promise<Float32Array[]>;
}

/** The trained model itself. */
export const openOwn = async (model: TrainedModel): Promise<Answering> => onEngine(await model.network());

/**
 * The bytes of a written file in the hands of its judge: ONNX Runtime, or for weights our own engine, which is given
 * nothing but the file. `path` is only named in errors. Throws `exportFailed` where ONNX Runtime cannot run the file.
 */
export function openWritten(
  format: ModelFormat,
  file: Uint8Array,
  path: string,
  plan: TrainPlan,
): Promise<Answering> {
  switch (format) {
    case 'onnx':
      return onOnnxRuntime(file, path, plan);
    case 'safetensors':
      return onOwnWeights(file, path, plan);
  }
}

/** A file that is being exported, in ONNX Runtime. `path` is only named in errors. Throws `exportFailed`. */
export function openSession(file: Uint8Array, path: string, threads: number): Promise<OnnxSession> {
  return OnnxSession.open(file, threads).catch((error: unknown) => {
    const reason = `ONNX Runtime cannot run it (${error instanceof Error ? error.message : String(error)})`;
    throw new TesseraError('exportFailed', { path, reason }, { cause: error });
  });
}

async function onOnnxRuntime(file: Uint8Array, path: string, { graph, settings }: TrainPlan) {
  const session = await openSession(file, path, settings.threads);
  return {
    name: session.name,
    logits: ({ pictures, count }: PictureBatch) =>
      session.run({ name: images, data: pictures, shape: [count, ...pictureShape(graph)] }, logits),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

const pictureShape = ({ input: { height, width, channels } }: Graph) => [height, width, channels];

async function onOwnWeights(file: Uint8Array, path: string, { settings }: TrainPlan): Promise<Answering> {
  return onEngine(await trainedNetwork(readWeights(file, path), settings));
}

const onEngine = (network: NetworkApi): Answering => ({
  name: 'Tessera',
  logits: (batch) => logitsOf(network, batch),
  [Symbol.asyncDispose]: () => Promise.resolve(network.dispose()),
});
