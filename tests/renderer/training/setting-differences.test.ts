import { expect, test } from 'vitest';
import { defaultTrainSettings, type TrainSettings } from '../../../app/contract/index.ts';
import { settingDifferences } from '../../../renderer/features/training/setting-differences.ts';

const run = (
  settings: Partial<TrainSettings>,
  dataHash = 'a',
): Parameters<typeof settingDifferences>[0][0] => ({
  model: 'small-cnn',
  dataHash,
  settings: { ...defaultTrainSettings, ...settings },
});

test('what is the same in all runs is left out', () => {
  expect(settingDifferences([run({}), run({})])).toEqual([]);
});

test('fields of objects are told one by one, and what is left out has no value', () => {
  const cosine = run({ epochs: 7, schedule: { kind: 'cosine', warmup: 1 } });
  const steps = run({ epochs: 7, schedule: { kind: 'constant', warmup: 1 }, clipNorm: 5 });
  expect(settingDifferences([cosine, steps])).toEqual([
    { path: 'schedule.kind', values: ['cosine', 'constant'] },
    { path: 'clipNorm', values: [undefined, 5] },
  ]);
});

test('lists are compared whole, and the data counts', () => {
  expect(settingDifferences([run({ frozen: ['conv1'] }), run({ frozen: ['conv1', 'fc'] }, 'b')])).toEqual([
    { path: 'frozen', values: [['conv1'], ['conv1', 'fc']] },
    { path: 'data', values: ['a', 'b'] },
  ]);
});
