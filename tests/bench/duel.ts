import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Network } from '../../app/engine/index.ts';
import { Contestant, type Setup } from './contestant.ts';
import { costOf, type BenchNet } from './nets.ts';
import { median, medianInterval } from './statistics.ts';

export interface DuelResult {
  net: string;
  threads: number;
  rival: string;
  /** Images a second, medians over the chunks. */
  ours: number;
  theirs: number;
  /** Floating-point operations a second of our step: forward, data and weight gradient by direct convolution. */
  flops: number;
  /** Ours ÷ theirs: the median of the pairs, and its 95 % interval. */
  ratio: number;
  interval: [number, number];
  /** Of the pairs, in the order in which they ran. */
  ratios: number[];
  firstLoss: { ours: number; theirs: number };
}

export interface DuelOptions {
  python: string;
  threads: number;
  pairs: number;
  chunkSeconds: number;
  /** Steps before anything is timed. */
  warmUps: number;
  /** How often each of PyTorch's candidates runs before the fastest is chosen. */
  heats: number;
  /** Whether PyTorch's threads are also tried sleeping while they wait. */
  isThorough: boolean;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const memoryFormats = ['contiguous', 'channels_last'];
/** How PyTorch's waiting threads spend their time: they spin unless told to sleep, as Tessera's do (app/setup). */
const { OMP_WAIT_POLICY: _, ...spinning } = process.env;
const sleeping = { ...spinning, OMP_WAIT_POLICY: 'passive' };

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
  const options = { seed: 1, threads: 1, maxBatch: 1, normalisation, training: false };
  using network = Network.compile(net.graph, options);
  for (const [name, { data }] of Object.entries(await network.readParameters())) {
    writeFileSync(join(folder, `${name}.f32`), data);
  }
}

interface Candidate {
  memoryFormat: string;
  env: NodeJS.ProcessEnv;
  name: string;
}

function candidates({ isThorough }: DuelOptions): Candidate[] {
  return memoryFormats.flatMap((memoryFormat) => [
    { memoryFormat, env: spinning, name: `${memoryFormat}, spinning` },
    ...(isThorough ? [{ memoryFormat, env: sleeping, name: `${memoryFormat}, sleeping` }] : []),
  ]);
}

/** So many bytes of parameters that four rivals at a time would crowd the memory: they are tried one after the other. */
const largeParameters = 2 ** 28;

/**
 * The fastest of PyTorch's memory formats and ways to wait, warmed up. They take turns in several heats, so that a moment in
 * which the machine was busy does not choose.
 */
async function strongestRival(
  setup: Setup,
  options: DuelOptions,
  parameterBytes: number,
): Promise<{ rival: Contestant; name: string; loss: number }> {
  const start = async ({ memoryFormat, env, name }: Candidate) => {
    const rival = new Contestant(options.python, [join(here, 'rival.py')], env);
    const { loss, version } = await rival.setUp({ ...setup, memoryFormat });
    return { rival, name: `${version} ${name}`, loss, speed: 0 };
  };
  const heat = async (one: Awaited<ReturnType<typeof start>>): Promise<void> => {
    const { steps, seconds } = await one.rival.run(Math.min(0.4, options.chunkSeconds));
    one.speed += steps / seconds;
  };
  const all = candidates(options);
  if (parameterBytes > largeParameters) {
    let best: { candidate: Candidate; speed: number } | undefined;
    for (const candidate of all) {
      const one = await start(candidate);
      for (let round = 0; round < options.heats; round += 1) await heat(one);
      one.rival[Symbol.dispose]();
      if (best === undefined || one.speed > best.speed) best = { candidate, speed: one.speed };
    }
    return start((best as { candidate: Candidate }).candidate);
  }
  const started = [];
  for (const candidate of all) started.push(await start(candidate));
  for (let round = 0; round < options.heats; round += 1) {
    for (const one of started) await heat(one);
  }
  started.sort((a, b) => b.speed - a.speed);
  for (const { rival } of started.slice(1)) rival[Symbol.dispose]();
  return started[0] as (typeof started)[number];
}

/** Tessera and PyTorch train the same network on the same batch and take turns. */
export async function duel(net: BenchNet, options: DuelOptions): Promise<DuelResult> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-duel-'));
  try {
    await writeFixture(net, folder);
    const { graph, batch } = net;
    const cost = costOf(graph);
    // So small that a thousand steps on one batch neither converge nor diverge.
    const learningRate = 1e-4;
    const setup: Setup = {
      graph,
      batch,
      threads: options.threads,
      learningRate,
      warmUps: options.warmUps,
      folder,
      memoryFormat: 'contiguous',
    };
    using ours = new Contestant(process.execPath, [join(here, 'ours.ts')]);
    const { loss } = await ours.setUp(setup);
    const strongest = await strongestRival(setup, options, cost.parameters * 4);
    using theirs = strongest.rival;
    // Rounding alone came to 1.2e-5 through the 57 convolutions of GoogLeNet.
    if (!(Math.abs(loss - strongest.loss) <= 5e-5 * Math.max(1, strongest.loss))) {
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
    const imagesPerSecond = median(pairs.map((pair) => pair.ours));
    return {
      net: net.name,
      threads: options.threads,
      rival: strongest.name,
      ours: imagesPerSecond,
      theirs: median(pairs.map((pair) => pair.theirs)),
      flops: imagesPerSecond * cost.stepFlops,
      ratio: median(ratios),
      interval: medianInterval(ratios),
      ratios,
      firstLoss: { ours: loss, theirs: strongest.loss },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
