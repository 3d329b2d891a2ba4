import { TesseraError, type Graph } from '../../contract/index.ts';
import type { Task, TaskResults } from '../../core/tasks.ts';
import type { ForwardInput } from '../../engine/types.ts';
import { readNpy, type NpyArray } from '../../formats/npy.ts';
import { readGiven } from '../own-file.ts';
import type { TaskContext } from './context.ts';
import { inferenceBatch, logitsOf } from './inference.ts';
import { warmNetwork } from './warm-network.ts';

/**
 * Raw logits for an array: float32 [N, C, H, W] goes into the first layer untouched, uint8 [N, H, W, C] is taken as
 * pictures. Throws `fileNotFound`, `fileMalformed`, and `shapeMismatch` when it is not of the network's size.
 */
export async function runLogits(
  { projectPath, runId, path }: Extract<Task, { kind: 'logits' }>,
  { signal }: TaskContext,
): Promise<TaskResults['logits']> {
  const array = readNpy(await readGiven(path), path);
  const { plan, network } = await warmNetwork(projectPath, runId);
  const outputs: number[][] = [];
  for (const part of inBatches(array, plan.graph.input, path)) {
    signal.throwIfAborted();
    outputs.push(...(await logitsOf(network, part)).map((row) => [...row]));
  }
  return { outputs };
}

/** An array cut into batches for a network with this input. Throws `shapeMismatch` at once when it does not fit. */
export function inBatches(array: NpyArray, input: Graph['input'], path: string): ForwardInput[] {
  const count = checkShape(array, input, path);
  const begins = Array.from(
    { length: Math.ceil(count / inferenceBatch) },
    (_, batch) => batch * inferenceBatch,
  );
  return begins.map((from) => part(array, from, Math.min(inferenceBatch, count - from)));
}

/** How many pictures it holds. */
function checkShape({ dtype, shape }: NpyArray, input: Graph['input'], path: string): number {
  const { channels, height, width } = input;
  const expected = dtype === 'float32' ? [channels, height, width] : [height, width, channels];
  const [count, ...each] = shape;
  if (count === undefined || each.join() !== expected.join()) {
    throw new TesseraError('shapeMismatch', {
      operator: path,
      reason: `the network takes ${dtype} [N, ${expected.join(', ')}], but it holds [${shape.join(', ')}]`,
    });
  }
  return count;
}

function part({ dtype, shape, data }: NpyArray, from: number, count: number): ForwardInput {
  const each = shape.slice(1).reduce((product, size) => product * size, 1);
  if (dtype === 'uint8') return { pictures: data.subarray(from * each, (from + count) * each), count };
  return { data: data.subarray(from * each, (from + count) * each), shape: [count, ...shape.slice(1)] };
}
