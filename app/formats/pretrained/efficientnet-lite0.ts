import { readFileSync } from 'node:fs';
import { readSafetensors, toFloatTensor, type FloatTensor } from '../safetensors.ts';
import { shippedFile } from '../shipped-file.ts';

/** Changes whenever the file does, so that what was computed with it is not taken for what it would give now. */
export const pretrainedVersion = 'lite0-1';
const firstLayer = '_conv_stem.weight';

/** The weights by name for pictures of 1 or 3 channels, with the head of ImageNet's thousand classes. */
export function readPretrained(channels: number): Record<string, FloatTensor> {
  const path = shippedFile('pretrained', 'efficientnet-lite0.safetensors');
  const { tensors } = readSafetensors(readFileSync(path), path);
  const weights: Record<string, FloatTensor> = {};
  for (const [name, stored] of tensors) weights[name] = toFloatTensor(stored, name, path);
  const first = weights[firstLayer];
  if (channels === 1 && first !== undefined) weights[firstLayer] = summedOverChannels(first);
  return weights;
}

/** [K, C, kh, kw] → [K, 1, kh, kw] */
function summedOverChannels({ data, shape }: FloatTensor): FloatTensor {
  const [filters = 0, channels = 0, height = 0, width = 0] = shape;
  const window = height * width;
  const sums = new Float32Array(filters * window);
  data.forEach((value, at) => {
    const to = Math.floor(at / (channels * window)) * window + (at % window);
    sums[to] = (sums[to] ?? 0) + value;
  });
  return { data: sums, shape: [filters, 1, height, width] };
}
