/** Photographs that were never decoded: the network learns from the first ones while the next ones are decoded. */
import { expect, test, vi } from 'vitest';
import { defaultTrainSettings, type TrainSettings } from '../../../app/contract/index.ts';
import type { StepTold } from '../../../app/core/training/loop.ts';
import { Trainer } from '../../../app/jobs/tasks/trainer.ts';
import { TrainingPictures } from '../../../app/jobs/tasks/training-pictures.ts';
import { RecordingContext } from '../recording-context.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { jpegs, planOf } from './photographs.ts';

const [learned, judged, batchSize] = [24, 4, 4];
const steps = learned / batchSize;
const allPictures = learned + judged;

const settings: TrainSettings = {
  ...defaultTrainSettings,
  model: { kind: 'blocks', blocks: [] },
  imageSize: 96,
  batchSize,
};

test('steps begin before all are decoded, and while one is made the next batch is decoded', async () => {
  const projectPath = temporaryFolder();
  const plan = planOf(projectPath, await jpegs(allPictures, 200, 150), learned, settings);
  const context = new RecordingContext();
  await using pictures = await TrainingPictures.open({ projectPath }, plan, context);
  using trainer = new Trainer(projectPath, plan, pictures, context);
  await trainer.begin(false);
  expect(pictures.decoded).toBe(0);

  const happened: string[] = [];
  const decoded: number[] = [];
  const waits: number[] = [];
  let asked = 0;
  const batch = pictures.batch.bind(pictures);
  vi.spyOn(pictures, 'batch').mockImplementation((split, places) => {
    happened.push(`batch ${asked++} is asked for`);
    return batch(split, places);
  });
  const told = (some: readonly StepTold[]): void => {
    for (const { waited = NaN } of some) {
      happened.push(`step ${waits.length} is made`);
      waits.push(waited);
      decoded.push(pictures.decoded);
    }
  };
  const places = Array.from({ length: learned }, (_, at) => at);
  const rateShares = new Float64Array(steps).fill(1);
  await trainer.steps({ epoch: 0, places, batchSize, first: 0, rateShares }, told, context.signal);

  // Whatever is fast and whatever slow: the order is always this one.
  const numbers = Array.from({ length: steps }, (_, at) => at);
  expect(happened).toEqual([
    'batch 0 is asked for',
    ...numbers.flatMap((at) => [
      ...(at + 1 < steps ? [`batch ${at + 1} is asked for`] : []),
      `step ${at} is made`,
    ]),
  ]);
  // One batch ahead and no more: the rest waits until it is needed.
  decoded.forEach((count, step) => {
    expect(count).toBeGreaterThanOrEqual(Math.min(learned, batchSize * (step + 1)));
    expect(count).toBeLessThanOrEqual(Math.min(learned, batchSize * (step + 2)));
  });
  expect(decoded[0]).toBeLessThan(allPictures);
  // Every step says how long it waited, and nothing of the first batch is hidden.
  expect(waits.every((seconds) => seconds >= 0)).toBe(true);
  expect(waits[0]).toBeGreaterThan(0);

  // The epoch's end decodes the rest, once; from then on all are in the engine's memory.
  expect(pictures.set).toBeNull();
  expect(await trainer.validate()).not.toBeNull();
  expect(pictures.decoded).toBe(allPictures);
  expect(pictures.set?.count).toBe(allPictures);
  const epochs: StepTold[] = [];
  await trainer.steps(
    { epoch: 1, places, batchSize, first: 0, rateShares },
    (some) => epochs.push(...some),
    context.signal,
  );
  expect(epochs).toHaveLength(steps);
  // An epoch on the set asks for no picture any more, and waits for none.
  expect(asked).toBe(steps);
  expect(epochs.every(({ waited = 0 }) => waited === 0)).toBe(true);
}, 60_000);
