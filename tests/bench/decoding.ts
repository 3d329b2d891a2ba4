/**
 * How much of decoding photographs hides behind the steps of the first epoch, which learns from those that are decoded already:
 *
 *     node tests/bench/decoding.ts [rounds] [threads]
 *
 * In turns: decoding alone, the steps alone on pictures that are decoded, and a first epoch that does both. Nothing hidden is a first
 * epoch as long as both together; everything, one as long as the longer of the two. Beside it what the steps waited.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultTrainSettings } from '../../app/contract/index.ts';
import { Trainer } from '../../app/jobs/tasks/trainer.ts';
import { TrainingPictures } from '../../app/jobs/tasks/training-pictures.ts';
import { RecordingContext } from '../jobs/recording-context.ts';
import { jpegs, planOf } from '../jobs/training/photographs.ts';
import { median } from './statistics.ts';

const [rounds = 5, threads = 2] = process.argv.slice(2).map(Number);
const [count, batchSize] = [256, 16];

const originals = await jpegs(count, 800, 600);
for (const [name, imageSize] of [
  ['small-cnn', 128],
  ['resnet-18', 96],
] as const) {
  const settings = {
    ...defaultTrainSettings,
    model: { kind: 'architecture', name } as const,
    imageSize,
    batchSize,
    threads,
  };
  const all = {
    decoding: [] as number[],
    steps: [] as number[],
    both: [] as number[],
    waited: [] as number[],
  };
  for (let round = 0; round < rounds; round += 1) {
    const folder = mkdtempSync(join(tmpdir(), 'tessera-decoding-'));
    const plan = planOf(folder, originals, count, settings);
    const context = new RecordingContext();
    try {
      // Both, then what each takes by itself: the pictures are in the cache from here on.
      {
        await using pictures = await TrainingPictures.open({ projectPath: folder }, plan, context);
        using trainer = new Trainer(folder, plan, pictures, context);
        const first = await epoch(trainer, context);
        all.both.push(first.seconds);
        all.waited.push(first.waited);
        await pictures.settle();
        all.steps.push((await epoch(trainer, context)).seconds);
      }
      rmSync(join(folder, 'cache'), { recursive: true });
      const begun = performance.now();
      await using pictures = await TrainingPictures.open({ projectPath: folder }, plan, context);
      await pictures.settle();
      all.decoding.push((performance.now() - begun) / 1000);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const [decoding, steps, both, waited] = [all.decoding, all.steps, all.both, all.waited].map(median) as [
    number,
    number,
    number,
    number,
  ];
  const hidden = (decoding + steps - both) / Math.min(decoding, steps);
  const seconds = (value: number): string => `${value.toFixed(2)} s`;
  console.log(
    `${name} at ${imageSize}: decoding ${seconds(decoding)}, steps ${seconds(steps)}, first epoch ${seconds(both)}, ` +
      `of which waited ${seconds(waited)}; ${(100 * hidden).toFixed(0)} % of the shorter one is hidden`,
  );
}

async function epoch(
  trainer: Trainer,
  { signal }: RecordingContext,
): Promise<{ seconds: number; waited: number }> {
  const places = Array.from({ length: count }, (_, at) => at);
  const rateShares = new Float64Array(Math.ceil(count / batchSize)).fill(1);
  let waited = 0;
  const begun = performance.now();
  await trainer.steps(
    { epoch: 0, places, batchSize, first: 0, rateShares },
    (steps) => {
      for (const step of steps) waited += step.waited ?? 0;
    },
    signal,
  );
  return { seconds: (performance.now() - begun) / 1000, waited };
}
