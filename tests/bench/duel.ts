import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Network } from '../../app/engine/index.ts';
import { Contestant, type Setup } from './contestant.ts';
import type { BenchNet } from './nets.ts';
import { median, medianInterval } from './statistics.ts';

export interface DuelResult {
  net: string;
  threads: number;
  rival: string;
  /** Images a second, medians over the chunks. */
  ours: number;
  theirs: number;
  /** Ours ÷ theirs: the median of the pairs, and its 95 % interval. */
  ratio: number;
  interval: [number, number];
  pairs: number;
  firstLoss: { ours: number; theirs: number };
}

export interface DuelOptions {
  python: string;
  threads: number;
  pairs: number;
  chunkSeconds: number;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const memoryFormats = ['contiguous', 'channels_last'];
/** How PyTorch's waiting threads spend their time: they spin unless told to sleep, as Tessera's do (app/setup). */
const { OMP_WAIT_POLICY: _, ...spinning } = process.env;
const waiting = { spinning, sleeping: { ...spinning, OMP_WAIT_POLICY: 'passive' } };

/** Leaves the batch and the first weights where both programs read them. */
async function writeFixture(net: BenchNet, folder: string): Promise<void> {
  const { channels, height, width } = net.graph.input;
  const pictures = Uint8Array.from(
    { length: net.batch * channels * height * width },
    (_, i) => (i * 2654435761) >>> 24,
  );
  writeFileSync(join(folder, 'pictures.u8'), pictures);
  writeFileSync(
    join(folder, 'labels.i32'),
    Int32Array.from({ length: net.batch }, (_, i) => i % 10),
  );
  const normalisation = {
    mean: new Array<number>(channels).fill(0.5),
    std: new Array<number>(channels).fill(0.5),
  };
  using network = Network.compile(net.graph, { seed: 1, threads: 1, maxBatch: 1, normalisation });
  for (const [name, { data }] of Object.entries(await network.readParameters())) {
    writeFileSync(join(folder, `${name}.f32`), data);
  }
}

/** The fastest of PyTorch's memory formats and ways to wait, warmed up. */
async function strongestRival(
  python: string,
  setup: Setup,
): Promise<{ rival: Contestant; name: string; loss: number }> {
  const candidates = [];
  for (const memoryFormat of memoryFormats) {
    for (const [way, env] of Object.entries(waiting)) {
      const rival = new Contestant(python, [join(here, 'rival.py')], env);
      const { loss, version } = await rival.setUp({ ...setup, memoryFormat });
      candidates.push({ rival, name: `${version} ${memoryFormat}, ${way}`, loss, speed: 0 });
    }
  }
  // Several short heats, so that a moment in which the machine was busy does not choose.
  for (let heat = 0; heat < 4; heat += 1) {
    for (const candidate of candidates) {
      const { steps, seconds } = await candidate.rival.run(0.4);
      candidate.speed += steps / seconds;
    }
  }
  candidates.sort((a, b) => b.speed - a.speed);
  for (const { rival } of candidates.slice(1)) rival[Symbol.dispose]();
  return candidates[0] as (typeof candidates)[number];
}

/** Tessera and PyTorch train the same network on the same batch and take turns. */
export async function duel(net: BenchNet, options: DuelOptions): Promise<DuelResult> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-duel-'));
  try {
    await writeFixture(net, folder);
    const { graph, batch } = net;
    // So small that a thousand steps on one batch neither converge nor diverge.
    const learningRate = 1e-4;
    const setup: Setup = {
      graph,
      batch,
      threads: options.threads,
      learningRate,
      folder,
      memoryFormat: 'contiguous',
    };
    using ours = new Contestant(process.execPath, [join(here, 'ours.ts')]);
    const { loss } = await ours.setUp(setup);
    const strongest = await strongestRival(options.python, setup);
    using theirs = strongest.rival;
    if (!(Math.abs(loss - strongest.loss) <= 1e-5 * Math.max(1, strongest.loss))) {
      throw new Error(
        `${net.name}: the first loss differs (${loss} against ${strongest.loss}), so no speed counts`,
      );
    }
    const speed = async (who: Contestant): Promise<number> => {
      const { steps, seconds } = await who.run(options.chunkSeconds);
      return (steps * batch) / seconds;
    };
    const pairs: { ours: number; theirs: number }[] = [];
    for (let pair = 0; pair < options.pairs; pair += 1) {
      // A B B A: whoever goes first changes, so that drift of the machine falls on both.
      const first = pair % 2 === 0 ? ours : theirs;
      const one = await speed(first);
      const two = await speed(first === ours ? theirs : ours);
      pairs.push(first === ours ? { ours: one, theirs: two } : { ours: two, theirs: one });
    }
    const ratios = pairs.map((pair) => pair.ours / pair.theirs);
    return {
      net: net.name,
      threads: options.threads,
      rival: strongest.name,
      ours: median(pairs.map((pair) => pair.ours)),
      theirs: median(pairs.map((pair) => pair.theirs)),
      ratio: median(ratios),
      interval: medianInterval(ratios),
      pairs: pairs.length,
      firstLoss: { ours: loss, theirs: strongest.loss },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
