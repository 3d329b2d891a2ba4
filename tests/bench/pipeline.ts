/**
 * What the input pipeline costs: training on cached pictures of CIFAR-10 that are flipped and cropped against training on one
 * batch that is held in memory, in turns in one process:
 *
 *     node tests/bench/pipeline.ts [pairs] [threads]
 *
 * The ratio is the time of the same steps, held batch to pipeline: 1 is a pipeline that costs nothing. Where
 * ../shared/data has no CIFAR-10, noise takes its place: pixels do not matter here.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { augmentationPresets, type Augmentation } from '../../app/contract/index.ts';
import { buildArchitecture } from '../../app/core/model/architectures.ts';
import { Random } from '../../app/core/dataset/random.ts';
import { centredNormalisation } from '../../app/core/training/normalisation.ts';
import { epochOrder } from '../../app/core/training/batches.ts';
import { DataSet, Network, type OptimizerStep } from '../../app/engine/index.ts';
import { toInput } from '../../app/formats/images/to-input.ts';
import { ZipArchive } from '../../app/formats/layouts/zip-archive.ts';
import { median, medianInterval } from './statistics.ts';

const [pairs = 15, threads = 0] = process.argv.slice(2).map(Number);
const count = 4000;
const size = 32 * 32 * 3;
const batchSize = 64;
const optimizer: OptimizerStep = {
  kind: 'sgd',
  learningRate: 0.01,
  momentum: 0.9,
  nesterov: false,
  weightDecay: 5e-4,
};

async function pictures(): Promise<Uint8Array> {
  const path = fileURLToPath(new URL('../../../shared/data/cifar10-images.zip', import.meta.url));
  const all = new Uint8Array(count * size);
  if (!existsSync(path)) {
    const random = new Random(1);
    console.log('no ../shared/data/cifar10-images.zip: noise instead');
    return all.map(() => random.below(256));
  }
  await using archive = await ZipArchive.open(path);
  const files = archive.contents.files.filter(({ name }) => name.endsWith('.jpg')).slice(0, count);
  for (const [at, file] of files.entries()) {
    all.set(await toInput(await file.read(), 32, 3, file.name), at * size);
  }
  return all;
}

const labels = Int32Array.from({ length: count }, (_, at) => at % 10);
using set = new DataSet({ kind: 'bytes', size, labels });
set.write(0, await pictures());

interface Turn {
  seconds: number;
  waited: number;
}

async function turn(network: Network, rows: Int32Array, augment: Augmentation | null): Promise<Turn> {
  const learningRates = new Float64Array(Math.ceil(rows.length / batchSize)).fill(optimizer.learningRate);
  const how = augment && {
    ...augment,
    seed: 1,
    epoch: 0,
    pictures: rows,
    draws: new Int32Array(rows.length),
  };
  let [seconds, waited] = [0, 0];
  await network.trainEpoch(
    set,
    { rows, batchSize, learningRates, optimizer, ...(how && { augmented: how }) },
    (steps) => {
      for (const step of steps) waited += step.waited;
      seconds = steps.at(-1)?.seconds ?? seconds;
    },
  );
  return { seconds, waited };
}

const light = { flip: 0.5, crop: 0.125 };
const ways = { 'flip and crop': light, strong: augmentationPresets.strong };
for (const [name, steps] of [
  ['small-cnn', 40],
  ['resnet-20', 8],
] as const) {
  const graph = buildArchitecture(name, { channels: 3, imageSize: 32, classes: 10 });
  using network = Network.compile(graph, {
    seed: 1,
    threads,
    maxBatch: batchSize,
    normalisation: centredNormalisation(3),
  });
  const held = Int32Array.from({ length: steps * batchSize }, (_, at) => at % batchSize);
  const shuffled = Int32Array.from(epochOrder(count, 1, 0).slice(0, steps * batchSize));
  await turn(network, held, null);
  for (const [way, how] of Object.entries(ways)) {
    const ratios: number[] = [];
    const waits: number[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      // A B, B A, …: whoever comes first has no advantage.
      const before = pair % 2 === 0 ? await turn(network, held, null) : null;
      const fed = await turn(network, shuffled, how);
      const { seconds } = before ?? (await turn(network, held, null));
      ratios.push(seconds / fed.seconds);
      waits.push(fed.waited / fed.seconds);
    }
    const [low, high] = medianInterval(ratios).map((ratio) => ratio.toFixed(3));
    const waited = `${(100 * median(waits)).toFixed(2)} % waited`;
    console.log(`${name}, ${way}: ${median(ratios).toFixed(3)} [${low}, ${high}], ${waited}`);
  }
}
