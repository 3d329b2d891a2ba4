/** Weights for other programs: safetensors with the parameters' own names, and all else as one text of metadata. */
import { z } from 'zod';
import { graph, TesseraError } from '../contract/index.ts';
import type { ExportedModel } from './exported-model.ts';
import { readSafetensors, toFloatTensor, writeSafetensors, type FloatTensor } from './safetensors.ts';

const format = 'safetensors';
const headKey = 'tessera.model';
const headSchema = z.object({
  version: z.literal(1),
  graph,
  classes: z.array(z.string()),
  normalisation: z.object({ mean: z.array(z.number()), std: z.array(z.number()) }),
  origin: z.object({ runId: z.string(), dataHash: z.string(), version: z.string() }),
}) satisfies z.ZodType<Omit<ExportedModel, 'tensors'>>;

/** Whether a file's metadata are those of weights that were exported from here. */
export const isOwnWeights = (metadata: Readonly<Record<string, string>>): boolean => headKey in metadata;

/** The bytes of the file. */
export function writeWeights({ tensors, ...rest }: ExportedModel): Uint8Array {
  const head: z.input<typeof headSchema> = { version: 1, ...rest, classes: [...rest.classes] };
  // `format: pt` is what readers of PyTorch weights look for: row-major, [out, in] and [K, C/groups, kh, kw].
  return writeSafetensors(tensors, { format: 'pt', [headKey]: JSON.stringify(head) });
}

/** The other direction. `path` is only named in errors. Throws `fileMalformed`, also for weights that are not from here. */
export function readWeights(file: Uint8Array, path: string): ExportedModel {
  const { tensors: stored, metadata } = readSafetensors(file, path);
  const { version: _, ...rest } = parseHead(metadata[headKey], path);
  const tensors: Record<string, FloatTensor> = {};
  for (const [name, tensor] of stored) tensors[name] = toFloatTensor(tensor, name, path);
  return { ...rest, tensors };
}

function parseHead(text: string | undefined, path: string): z.infer<typeof headSchema> {
  const refuse = (reason: string): never => {
    throw new TesseraError('fileMalformed', { path, format, reason });
  };
  if (text === undefined) return refuse('it does not say which network its weights belong to');
  try {
    return headSchema.parse(JSON.parse(text));
  } catch (error) {
    return refuse(error instanceof z.ZodError ? z.prettifyError(error) : String(error));
  }
}
