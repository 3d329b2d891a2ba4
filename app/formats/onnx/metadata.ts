import type { ExportedModel } from '../exported-model.ts';

/** The names of what we write into `metadata_props`; values are text, lists are JSON. */
export const metadataKey = {
  /** JSON list of the class names, in the order of the logits. */
  labels: 'labels',
  imageHeight: 'tessera.image_height',
  imageWidth: 'tessera.image_width',
  channels: 'tessera.channels',
  /** How Tessera brings a picture of another size to this one, in words. */
  fit: 'tessera.fit',
  /** What the graph does inside, said once more: JSON `{mean, std}`, one number for each channel. */
  normalisation: 'tessera.normalisation',
  model: 'tessera.model',
  run: 'tessera.run',
  dataHash: 'tessera.data_hash',
  version: 'tessera.version',
  /** Only of a quantised model: how its numbers are kept, in words. */
  quantisation: 'tessera.quantisation',
} as const;

export function metadataOf({ graph, classes, normalisation, origin }: ExportedModel) {
  const { channels, height, width } = graph.input;
  const values: Record<Exclude<keyof typeof metadataKey, 'quantisation'>, string> = {
    labels: JSON.stringify(classes),
    imageHeight: String(height),
    imageWidth: String(width),
    channels: String(channels),
    fit: 'the largest square around the centre, resized with Lanczos (a = 3)',
    normalisation: JSON.stringify(normalisation),
    model: graph.name,
    run: origin.runId,
    dataHash: origin.dataHash,
    version: origin.version,
  };
  return (Object.keys(values) as (keyof typeof values)[]).map((name) => ({
    key: metadataKey[name],
    value: values[name],
  }));
}
