import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { DecoderPool, type PoolOptions } from '../../../app/jobs/decoder-pool.ts';
import { spawnNodeWorker } from '../../../app/jobs/spawn-node.ts';

const oddDecoder = fileURLToPath(new URL('fixtures/odd-decoder.ts', import.meta.url));

let spawned = 0;
const opened: DecoderPool[] = [];
function pool(options: Partial<PoolOptions> = {}): DecoderPool {
  spawned = 0;
  const made = new DecoderPool(
    () => {
      spawned++;
      return spawnNodeWorker(oddDecoder);
    },
    { size: 2, silence: 4000, idle: 1000, ...options },
  );
  opened.push(made);
  return made;
}
afterEach(async () => {
  for (const each of opened.splice(0)) await each[Symbol.asyncDispose]();
});

const request = (...names: string[]) => ({
  projectPath: '/project',
  files: names.map((name) => ({ kind: 'disk' as const, path: `/from/${name}` })),
});
const never = new AbortController().signal;

/** Names of what was decoded, and reasons in brackets. */
async function outcome(decoding: ReturnType<DecoderPool['decode']>): Promise<string[]> {
  return (await decoding).map((file) => ('reason' in file ? `(${file.reason})` : file.hash));
}

describe('the decoder pool', () => {
  test('gives every file its result, in order, with no more processes than it may have', async () => {
    const decoders = pool();
    const names = Array.from({ length: 7 }, (_, index) => `${index}.jpg`);
    const all = await Promise.all(names.map((name) => outcome(decoders.decode(request(name, 'x'), never))));
    expect(all).toEqual(names.map((name) => [name, 'x']));
    expect(spawned).toBe(2);
    expect(await outcome(decoders.decode(request(), never))).toEqual([]);
  });

  test('a picture that kills the decoder is named, and the rest goes on', async () => {
    const decoding = pool().decode(request('a', 'die', 'b', 'die too', 'c'), never);
    const died = '(the decoder stopped at it (signal SIGSEGV))';
    expect(await outcome(decoding)).toEqual(['a', died, 'b', died, 'c']);
  });

  test('a picture at which the decoder hangs is killed after the time, and the rest goes on', async () => {
    const decoders = pool({ silence: 1500 });
    const [first, second] = await Promise.all([
      outcome(decoders.decode(request('a', 'hang', 'b'), never)),
      outcome(decoders.decode(request('hang 1', 'c', 'hang 2'), never)),
    ]);
    const late = '(decoding it took longer than 1.5 seconds and was stopped)';
    expect(first).toEqual(['a', late, 'b']);
    expect(second).toEqual([late, 'c', late]);
  });

  test('what is wrong with the project fails the request, and the next one is served', async () => {
    const decoders = pool();
    await expect(decoders.decode(request('a', 'full'), never)).rejects.toMatchObject({
      code: 'projectNotWritable',
    });
    expect(await outcome(decoders.decode(request('b'), never))).toEqual(['b']);
  });

  test('a cancelled import’s waiting files come back undone', async () => {
    const decoders = pool({ size: 1, silence: 1500 });
    const cancelling = new AbortController();
    const first = decoders.decode(request('hang'), never);
    const second = outcome(decoders.decode(request('a', 'b'), cancelling.signal));
    cancelling.abort();
    await first;
    expect(await second).toEqual(['(the import was cancelled)', '(the import was cancelled)']);
  });

  test('closing it ends what is under way', async () => {
    const decoders = pool({ silence: 60_000 });
    const decoding = outcome(decoders.decode(request('hang'), never));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await decoders[Symbol.asyncDispose]();
    expect(await decoding).toEqual([expect.stringMatching(/closed|stopped/)]);
  });
});
