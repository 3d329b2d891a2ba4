import { z } from 'zod';
import { epochMetric, optimizer as optimizerKind } from '../contract/index.ts';
import type { LoopState } from '../core/training/loop-state.ts';
import type { OptimizerState, Tensor } from '../engine/types.ts';
import { readSafetensors, toFloatTensor, writeSafetensors } from '../formats/safetensors.ts';
import { parseOwn, readIfThere } from './own-file.ts';

/** A network between two steps: enough to go on as if it had never stopped. */
export interface Checkpoint {
  parameters: Record<string, Tensor>;
  optimizer: OptimizerState;
  state: LoopState;
  seed: number;
  /** `planHash` of the run's plan. */
  planHash: string;
}

const score = z.object({
  epoch: z.int(),
  valAccuracy: z.number().nullable(),
  valLoss: z.number().nullable(),
});
const stateSchema = z.object({
  epoch: z.int(),
  step: z.int(),
  nextSeq: z.int(),
  seconds: z.number(),
  best: score.nullable(),
  finished: epochMetric.nullable(),
  // Checkpoints of an older Tessera lie between two epochs of a cosine.
  underWay: z
    .object({
      steps: z.int(),
      sums: z.object({ pictures: z.int(), loss: z.number(), correct: z.int() }),
      seconds: z.number(),
      dataWait: z.number(),
    })
    .nullable()
    .default(null),
  plateau: z
    .object({ share: z.number(), best: z.number().nullable(), waited: z.int() })
    .nullable()
    .default(null),
  data: z
    .object({ dataHash: z.string(), changes: z.array(z.tuple([z.int(), z.int().nullable()])) })
    .nullable()
    .default(null),
}) satisfies z.ZodType<LoopState>;
/** What does not fit into tensors; every value of safetensors' metadata is text, so this is one JSON text. */
const headSchema = z.object({
  version: z.literal(1),
  state: stateSchema,
  optimizer: z.object({ kind: optimizerKind.nullable(), step: z.int() }),
  seed: z.int(),
  planHash: z.string(),
});
const headKey = 'tessera.checkpoint';
/** Parameters keep their own names, so that other programs find `conv1.weight`. */
const optimizerTensor = /^optimizer\.(.+\.(?:momentum|m|v|average))$/;

/** The parameters to answer with: their moving average, where training kept one. */
export function answeringParameters({ parameters, optimizer }: Checkpoint): Record<string, Tensor> {
  const averaged = ([name, tensor]: [string, Tensor]) =>
    [name, optimizer.tensors[`${name}.average`] ?? tensor] as const;
  return Object.fromEntries(Object.entries(parameters).map(averaged));
}

/** The bytes of a checkpoint file. */
export function encodeCheckpoint({ parameters, optimizer, ...rest }: Checkpoint): Uint8Array {
  const { tensors, ...counters } = optimizer;
  const moments = Object.entries(tensors).map(([name, tensor]) => [`optimizer.${name}`, tensor] as const);
  const head: z.infer<typeof headSchema> = { version: 1, optimizer: counters, ...rest };
  return writeSafetensors(
    { ...parameters, ...Object.fromEntries(moments) },
    { [headKey]: JSON.stringify(head) },
  );
}

/** Null where there is none. Throws `fileMalformed` when the file is damaged. */
export async function readCheckpoint(path: string): Promise<Checkpoint | null> {
  const bytes = await readIfThere(path);
  return bytes === null ? null : decodeCheckpoint(bytes, path);
}

/** `path` is only named in errors. Throws `fileMalformed`. */
export function decodeCheckpoint(bytes: Uint8Array, path: string): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes, path);
  const { optimizer, state, seed, planHash } = parseOwn(
    headSchema,
    metadata[headKey] ?? 'null',
    path,
    'checkpoint',
  );
  const checkpoint: Checkpoint = {
    parameters: {},
    optimizer: { ...optimizer, tensors: {} },
    state,
    seed,
    planHash,
  };
  for (const [name, stored] of tensors) {
    const tensor = toFloatTensor(stored, name, path);
    const moment = optimizerTensor.exec(name)?.[1];
    if (moment === undefined) checkpoint.parameters[name] = tensor;
    else checkpoint.optimizer.tensors[moment] = tensor;
  }
  return checkpoint;
}
