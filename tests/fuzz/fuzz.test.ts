import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mutated } from './mutate.ts';
import { parsers } from './parsers.ts';

/** Seconds for each parser; ten minutes are `TESSERA_FUZZ_SECONDS=600`. */
const seconds = Number(process.env.TESSERA_FUZZ_SECONDS ?? 1);
const seed = Number(process.env.TESSERA_FUZZ_SEED ?? 1);
/** Names of parsers, with commas; all of them unless it is given. */
const only = process.env.TESSERA_FUZZ_ONLY?.split(',');
/** A file that takes longer hangs, ms: each has a few kilobytes. */
const patience = 20_000;
/** What the process may take, MB: Node itself and the parser's module take about 150. */
const greatestMemory = 700;

interface Outcome {
  done: number;
  refused: number;
  peak: number;
}

/** Throws with the number of the file where the parser crashes, hangs or takes too much memory. */
async function fuzz(name: string): Promise<Outcome> {
  const file = fileURLToPath(new URL('fuzz-child.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--max-old-space-size=512', file, name, String(seconds), String(seed)],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const said = text(child.stderr);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let last = '';
  let trouble = '';
  const stop = (why: string): void => {
    trouble = `${why}; the last line was: ${last}`;
    child.kill('SIGKILL');
  };
  let timer = setTimeout(() => stop('it hangs'), 2 * patience);
  for await (const line of createInterface({ input: child.stdout })) {
    last = line;
    clearTimeout(timer);
    timer = setTimeout(() => stop('it hangs'), patience);
    if (Number(line.split(' ')[2] ?? 0) > greatestMemory) stop('it takes too much memory');
  }
  clearTimeout(timer);
  const code = await ended;
  if (trouble !== '') throw new Error(trouble);
  if (code !== 0) throw new Error(`${await said}; the last line was: ${last}`);
  return JSON.parse(last) as Outcome;
}

describe('broken files', () => {
  it.for(Object.keys(parsers).filter((name) => only?.includes(name) !== false))(
    'neither crash nor hang nor fill the memory: %s',
    { timeout: (seconds + 60) * 1000 },
    async (name) => {
      const { done, refused, peak } = await fuzz(name);
      process.stdout.write(`${name}: ${done} files, ${refused} refused, ${peak} MB at most\n`);
      expect(done).toBeGreaterThan(20);
      // What breaks nothing tests nothing.
      expect(refused).toBeGreaterThan(0);
      expect(peak).toBeLessThan(greatestMemory);
    },
  );

  it('are the same for the same number', () => {
    const corpus = [Buffer.from('abcdefgh'), Buffer.from('12345678')];
    const once = Array.from({ length: 100 }, (_, number) =>
      Buffer.from(mutated(corpus, number)).toString('hex'),
    );
    const again = Array.from({ length: 100 }, (_, number) =>
      Buffer.from(mutated(corpus, number)).toString('hex'),
    );
    expect(again).toEqual(once);
    expect(new Set(once).size).toBeGreaterThan(80);
  });
});
