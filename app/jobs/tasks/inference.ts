import { softmax } from '../../core/evaluation/softmax.ts';
import type { ForwardInput, NetworkApi } from '../../engine/types.ts';

/** Pictures that go through a trained network at once. */
export const inferenceBatch = 64;

/** Raw logits, one row for each picture. */
export async function logitsOf(network: NetworkApi, input: ForwardInput): Promise<Float32Array[]> {
  const { data, shape } = await network.forward(input);
  return Array.from({ length: shape[0] ?? 0 }, (_, row) =>
    data.subarray(row * network.classes, (row + 1) * network.classes),
  );
}

/** For each picture, uint8 [H, W, C], the probabilities of the classes. At most `inferenceBatch` pictures. */
export async function scoresOf(network: NetworkApi, pictures: readonly Uint8Array[]): Promise<number[][]> {
  if (pictures.length === 0) return [];
  const input = { pictures: Buffer.concat(pictures), count: pictures.length };
  return (await logitsOf(network, input)).map(softmax);
}
