import type { ArchitectureName } from '../../../app/contract/index.ts';
import { architectures, buildArchitecture } from '../../../app/core/model/architectures.ts';
import { predictionGraph } from '../../../app/core/model/prediction.ts';
import { Network } from '../../../app/engine/index.ts';
import { writeOnnx } from '../../../app/formats/onnx/write.ts';
import type { FloatTensor } from '../../../app/formats/safetensors.ts';
import { logitsOf } from '../../../app/jobs/tasks/inference.ts';
import { noise, there } from './models.ts';

/** Pictures that an export is asked about. */
export const count = 2;
export const options = {
  seed: 3,
  threads: 2,
  maxBatch: count,
  normalisation: { mean: [0.48, 0.45, 0.4], std: [0.23, 0.22, 0.225] },
  training: false,
};

export interface ExportedArchitecture {
  file: Uint8Array;
  tensors: Readonly<Record<string, FloatTensor>>;
  imageSize: number;
  /** uint8 [count, size, size, 3] */
  pictures: Uint8Array;
  /** Our own logits of them. */
  ours: Float32Array[];
}

/** An architecture as drawn at random, for five classes and pictures as small as it allows, as an ONNX file. */
export async function exportedArchitecture(name: ArchitectureName): Promise<ExportedArchitecture> {
  const imageSize = there(architectures().find((each) => each.name === name)).leastImageSize;
  const graph = predictionGraph(buildArchitecture(name, { channels: 3, imageSize, classes: 5 }));
  const pictures = noise(graph, count, 7);
  using network = Network.compile(graph, options);
  const tensors = await network.readParameters();
  const model = {
    graph,
    tensors,
    classes: ['a', 'b', 'c', 'd', 'e'],
    normalisation: options.normalisation,
    origin: { runId: 'r', dataHash: 'd', version: '1' },
  };
  const file = writeOnnx(model, `${name}.onnx`);
  return { file, tensors, imageSize, pictures, ours: await rowsOf(network, pictures) };
}

export const rowsOf = (network: Network, pictures: Uint8Array): Promise<Float32Array[]> =>
  logitsOf(network, { pictures, count }).then((all) => all.map((row) => row.slice()));

/** The greatest difference, as a share of the greatest logit where that is above 1. */
export function distance(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  const most = Math.max(1, ...a.flatMap((row) => [...row].map(Math.abs)));
  const apart = a.flatMap((row, at) =>
    [...row].map((value, place) => Math.abs(value - (b[at]?.[place] ?? NaN))),
  );
  return Math.max(...apart) / most;
}
