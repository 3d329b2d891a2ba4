/** The weights of a model that was brought into a project: safetensors, with its classifier and classes in the metadata. */
import { z } from 'zod';
import { TesseraError } from '../../contract/index.ts';
import { readSafetensors, toFloatTensor, writeSafetensors, type FloatTensor } from '../safetensors.ts';

export interface BroughtWeights {
  tensors: Readonly<Record<string, FloatTensor>>;
  /** The layer that names the classes. */
  classifier: string;
  classes: readonly string[] | null;
}

const key = 'tessera.brought';
const headSchema = z.object({ classifier: z.string(), classes: z.array(z.string()).nullable() });

export const writeBroughtWeights = ({ tensors, classifier, classes }: BroughtWeights): Uint8Array =>
  writeSafetensors(tensors, { format: 'pt', [key]: JSON.stringify({ classifier, classes }) });

/** `path` is only named in errors. Throws `fileMalformed`. */
export function readBroughtWeights(file: Uint8Array, path: string): BroughtWeights {
  const { tensors: stored, metadata } = readSafetensors(file, path);
  const tensors = Object.fromEntries(
    [...stored].map(([name, tensor]) => [name, toFloatTensor(tensor, name, path)]),
  );
  try {
    return { tensors, ...headSchema.parse(JSON.parse(metadata[key] ?? '')) };
  } catch (cause) {
    const reason = 'it does not say which layer names the classes';
    throw new TesseraError('fileMalformed', { path, format: 'model', reason }, { cause });
  }
}
