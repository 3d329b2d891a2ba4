import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Graph, Layer, Speeds } from '../../contract/index.ts';
import { tiling } from '../../core/forecast/step-seconds.ts';
import type { Task, TaskResults } from '../../core/tasks.ts';
import { writeFileAtomic } from '../../storage/files.ts';
import { lookRate, timedNetworks, timeNetworks } from './benchmark-networks.ts';
import type { TaskContext } from './context.ts';
import { byTurns, Timed } from './timed-network.ts';

const classes = 10;
/** Of the layers without weights, and of those around them. */
const channels = 32;
const size = 64;
/** Of a convolution's time the products, at least. */
const leastProducts = 0.5;
/** What a layer takes at least, seconds; below it nothing can be measured. */
const smallest = 1e-7;

type Body = (input: string, at: number) => Layer[];

/**
 * Measures how fast this computer trains: small networks that differ by one kind of layer, and what that layer adds to a
 * step; then a few whole networks, to which the sum over layers is held. Takes about five seconds.
 */
export async function runBenchmark(
  { threads }: Extract<Task, { kind: 'benchmark' }>,
  context: Pick<TaskContext, 'signal' | 'progress'>,
): Promise<TaskResults['benchmark']> {
  const probes = 24 + timedNetworks.length;
  let done = 0;
  const told = <T>(value: T): T => {
    context.signal.throwIfAborted();
    context.progress(++done, probes, 'Measuring this computer');
    return value;
  };
  const added = (body: Body, side: number, filters: number, batch: number) =>
    addedSeconds({ body, size: side, channels: filters, batch, threads });

  const rates = async (
    sizes: readonly (readonly [filters: number, side: number, batch: number])[],
    kernel: number,
    stride = 1,
  ): Promise<[number, number][]> => {
    const measured: [number, number][] = [];
    for (const [filters, side, batch] of sizes) {
      const out = side / stride;
      // Strided ones cannot follow each other: each begins from the same picture.
      const seconds = await added(convolution(filters, kernel, stride), side, filters, batch);
      const weights = filters * filters * kernel * kernel;
      const products = batch * out * out * weights * tilingOf(kernel, stride, out);
      const own = kernel === 3 && stride === 1 ? weights * convolutionWeight : 0;
      measured.push([filters, (3 * products) / Math.max(leastProducts * seconds, seconds - own)]);
      told(null);
    }
    return measured;
  };

  const convolutionWeight = told(await weightSeconds(threads));
  // Batches at which the time of the weights themselves is small beside that of the pictures.
  const convolution3 = await rates(
    [
      [16, 32, 32],
      [32, 32, 16],
      [64, 28, 8],
      [128, 28, 4],
      [256, 14, 8],
      [512, 8, 16],
    ],
    3,
  );
  const convolution1 = await rates(
    [
      [16, 64, 8],
      [32, 56, 8],
      [128, 28, 8],
      [512, 14, 4],
    ],
    1,
  );
  const convolutionOther = await rates(
    [
      [32, 32, 16],
      [128, 28, 4],
      [256, 14, 4],
    ],
    3,
    2,
  );
  // Larger than the caches of a core, as in a real network.
  const batch = 8;
  const plane = batch * channels * size * size;
  const depthwise = told((await added(depthwiseConvolution, size, channels, batch)) / (3 * plane * 9));
  const plain = await added(convolution(channels, 1, 1), size, channels, batch);
  const norm = told(Math.max(0, (await added(normed, size, channels, batch)) - plain) / plane);
  const pool = told((await added(pooled, size, channels, batch)) / plane);
  const lrn = told((await added(localResponse, size, channels, batch)) / plane);
  const join = told(Math.max(0, (await added(joined, size, channels, batch)) - plain) / plane);
  const [denseWeight, denseProduct] = told(await denseSeconds(threads));
  const first = told(await firstRate(threads));
  const { step, forwardShare } = told(await wholeStep(threads));
  const speeds: Speeds = {
    convolution3,
    convolution1,
    convolutionOther,
    convolutionWeight,
    first,
    depthwise,
    denseWeight,
    denseProduct,
    norm,
    pool,
    lrn,
    join,
    step,
    forwardShare,
    disk: told(await diskRate()),
    look: told(await lookRate(threads)),
    networks: await timeNetworks(threads, () => told(null)),
  };
  return { speeds };
}

const tilingOf = (kernel: number, stride: number, side: number): number =>
  kernel === 3 && stride === 1 ? tiling([1, side, side]) : 1;

const conv2d = (
  id: string,
  input: string,
  filters: number,
  kernel: number,
  { stride = 1, groups = 1 } = {},
): Layer => {
  const side = (kernel - 1) / 2;
  return {
    op: 'conv2d',
    id,
    input,
    filters,
    kernel: [kernel, kernel],
    stride: [stride, stride],
    padding: [side, side, side, side],
    dilation: [1, 1],
    groups,
    bias: true,
  };
};

const convolution =
  (channels: number, kernel: number, stride: number): Body =>
  (input, at) => [
    conv2d(`conv${at}`, input, channels, kernel, { stride }),
    { op: 'relu', id: `relu${at}`, input: `conv${at}` },
  ];
const depthwiseConvolution: Body = (input, at) => [
  conv2d(`conv${at}`, input, channels, 3, { groups: channels }),
];
const normed: Body = (input, at) => [
  conv2d(`conv${at}`, input, channels, 1),
  { op: 'batchNorm2d', id: `norm${at}`, input: `conv${at}`, epsilon: 1e-5, momentum: 0.1 },
  { op: 'relu', id: `relu${at}`, input: `norm${at}` },
];
const pooled: Body = (input, at) => [
  { op: 'maxPool2d', id: `pool${at}`, input, window: [3, 3], stride: [1, 1], padding: [1, 1] },
];
const localResponse: Body = (input, at) => [
  { op: 'lrn', id: `lrn${at}`, input, size: 5, alpha: 1e-4, beta: 0.75, bias: 1 },
];
const joined: Body = (input, at) => [
  conv2d(`conv${at}`, input, channels, 1),
  { op: 'add', id: `add${at}`, inputs: [`conv${at}`, input] },
  { op: 'relu', id: `relu${at}`, input: `add${at}` },
];

interface Probe {
  body: Body;
  size: number;
  channels: number;
  batch: number;
  threads: number;
}

/** What one more of these layers adds to a training step, seconds. */
async function addedSeconds(probe: Probe): Promise<number> {
  using networks = new Pair(probe);
  const { few, many } = networks;
  // By turns: what else the computer does meets both.
  const [least, most] = await byTurns([() => few.step(), () => many.step()]);
  return Math.max(smallest, (most - least) / 2);
}

/** What a weight of a 3 × 3 convolution takes by itself, seconds: it is brought into another form, and moves, however few the pictures. */
async function weightSeconds(threads: number): Promise<number> {
  const [filters, batch, part] = [512, 16, 4];
  const body = convolution(filters, 3, 1);
  using networks = new Pair({ body, size: 8, channels: filters, batch, threads });
  const { few, many } = networks;
  const [least, most, leastOfPart, mostOfPart] = await byTurns([
    () => few.step(),
    () => many.step(),
    () => few.step(part),
    () => many.step(part),
  ]);
  const [all, some] = [(most - least) / 2, (mostOfPart - leastOfPart) / 2];
  const each = Math.max(0, all - some) / (batch - part);
  return Math.max(0, some - part * each) / (filters ** 2 * 9);
}

/** Two networks that differ by two of a kind of layer. */
class Pair implements Disposable {
  readonly few: Timed;
  readonly many: Timed;

  constructor(probe: Probe) {
    this.few = new Timed(networkOf(probe, 1), probe.batch, probe.threads);
    this.many = new Timed(networkOf(probe, 3), probe.batch, probe.threads);
  }

  [Symbol.dispose](): void {
    this.few.dispose();
    this.many.dispose();
  }
}

function networkOf({ body, size, channels }: Probe, copies: number): Graph {
  const strided = body('stem', 0).some((layer) => layer.op === 'conv2d' && layer.stride[0] > 1);
  const layers: Layer[] = [conv2d('stem', 'input', channels, 1)];
  let last = 'stem';
  const ends: string[] = [];
  for (let at = 0; at < copies; at += 1) {
    layers.push(...body(strided ? 'stem' : last, at));
    last = layers.at(-1)?.id ?? last;
    ends.push(last);
  }
  if (strided && copies > 1) {
    layers.push({ op: 'add', id: 'all', inputs: ends });
    last = 'all';
  }
  layers.push(
    { op: 'globalAvgPool', id: 'pool', input: last },
    { op: 'flatten', id: 'flat', input: 'pool' },
    { op: 'dense', id: 'logits', input: 'flat', units: classes, bias: true },
  );
  return { name: 'probe', input: { channels: 3, height: size, width: size }, layers };
}

/** Seconds a weight, and a weight and picture. */
async function denseSeconds(threads: number): Promise<[weight: number, product: number]> {
  const side = 32;
  const units = 1024;
  const inputs = 3 * side * side;
  const graph: Graph = {
    name: 'probe',
    input: { channels: 3, height: side, width: side },
    layers: [
      { op: 'flatten', id: 'flat', input: 'input' },
      { op: 'dense', id: 'wide', input: 'flat', units, bias: true },
      { op: 'relu', id: 'relu', input: 'wide' },
      { op: 'dense', id: 'wide2', input: 'relu', units: inputs, bias: true },
      { op: 'relu', id: 'relu2', input: 'wide2' },
      { op: 'dense', id: 'logits', input: 'relu2', units: classes, bias: true },
    ],
  };
  const batch = 32;
  using timed = new Timed(graph, batch, threads);
  const [few, many] = await byTurns([() => timed.step(2), () => timed.step(batch)]);
  const weights = 2 * inputs * units;
  const product = Math.max(0, (many - few) / (batch - 2) / weights);
  return [Math.max(0, few / weights - 2 * product), product];
}

/** Products a second of a convolution that reads the picture. */
async function firstRate(threads: number): Promise<number> {
  const network = (filters: number): Graph => ({
    name: 'probe',
    input: { channels: 3, height: 96, width: 96 },
    layers: [
      conv2d('conv', 'input', filters, 7, { stride: 2 }),
      { op: 'relu', id: 'relu', input: 'conv' },
      { op: 'globalAvgPool', id: 'pool', input: 'relu' },
      { op: 'flatten', id: 'flat', input: 'pool' },
      { op: 'dense', id: 'logits', input: 'flat', units: classes, bias: true },
    ],
  });
  const batch = 8;
  using few = new Timed(network(32), batch, threads);
  using many = new Timed(network(96), batch, threads);
  const [least, most] = await byTurns([() => few.step(), () => many.step()]);
  const products = batch * 48 * 48 * 64 * 3 * 49;
  return (2 * products) / Math.max(smallest, most - least);
}

/** The step of next to nothing, and what of a step is prediction. */
async function wholeStep(threads: number): Promise<{ step: number; forwardShare: number }> {
  using nothing = new Timed(
    {
      name: 'probe',
      input: { channels: 1, height: 8, width: 8 },
      layers: [
        { op: 'flatten', id: 'flat', input: 'input' },
        { op: 'dense', id: 'logits', input: 'flat', units: classes, bias: true },
      ],
    },
    1,
    threads,
  );
  const layers: Layer[] = [conv2d('stem', 'input', 32, 3)];
  for (let at = 0; at < 3; at += 1) {
    layers.push(...convolution(32, 3, 1)(layers.at(-1)?.id ?? 'stem', at));
  }
  layers.push(
    { op: 'globalAvgPool', id: 'pool', input: layers.at(-1)?.id ?? 'stem' },
    { op: 'flatten', id: 'flat', input: 'pool' },
    { op: 'dense', id: 'logits', input: 'flat', units: classes, bias: true },
  );
  using some = new Timed(
    { name: 'probe', input: { channels: 3, height: 32, width: 32 }, layers },
    16,
    threads,
  );
  const [empty] = await byTurns([() => nothing.step(), () => nothing.step()]);
  const [all, forward] = await byTurns([() => some.step(), () => some.forward()]);
  return { step: empty, forwardShare: Math.min(1, forward / all) };
}

/** Bytes a second that are on the disk, not only on their way. */
async function diskRate(): Promise<number> {
  const bytes = 16 * 2 ** 20;
  const path = join(tmpdir(), `tessera-speed-${process.pid}`);
  const begun = performance.now();
  try {
    await writeFileAtomic(path, new Uint8Array(bytes));
  } finally {
    rmSync(path, { force: true });
  }
  return bytes / ((performance.now() - begun) / 1000);
}
