import { expect, test } from 'vitest';
import { partsOf } from '../../../renderer/features/training/fine-tune-parts.ts';
import { TrainForm } from '../../../renderer/features/training/train-form.svelte.ts';

/** Nothing is asked of it here. */
const api = {} as ConstructorParameters<typeof TrainForm>[0];

test('a start is a plain choice, and brings what it needs', () => {
  const form = new TrainForm(api, 'p');
  form.set('frozen', ['conv1']);
  form.startFrom('last');
  expect(form.start).toBe('last');
  expect(form.settings).toMatchObject({
    pretrained: 'all',
    fineTune: { blocks: 3, decay: 0.8 },
    imageSize: 224,
    learningRate: 0.0003,
  });
  form.set('fineTune', { blocks: 5, decay: 0.5 });
  form.settings.learningRate = 0.001;
  form.startFrom('all');
  expect(form.start).toBe('all');
  expect(form.settings).toMatchObject({ fineTune: { blocks: 'all', decay: 0.5 }, learningRate: 0.001 });
  form.startFrom('head');
  expect(form.settings).toMatchObject({ pretrained: 'head' });
  expect(form.settings.fineTune).toBeUndefined();
  expect(form.settings.frozen).toBeUndefined();
  form.startFrom('scratch');
  expect(form.settings.pretrained).toBeUndefined();
});

test('a model that was brought in is a start with its own picture size, gently and with all of its blocks', () => {
  const form = new TrainForm(api, 'p');
  form.settings.start = { runId: 'r', which: 'best' };
  form.startFrom('last');
  const model = { id: 'm-00000001', input: { channels: 3, height: 48, width: 48 } };
  form.startFromModel(model);
  expect(form.start).toBe('model');
  expect(form.settings).toMatchObject({
    startModel: model.id,
    imageSize: 48,
    fineTune: { blocks: 'all', decay: 0.8 },
    learningRate: 0.0003,
  });
  expect(form.settings).not.toHaveProperty('pretrained');
  expect(form.settings).not.toHaveProperty('start');
  form.startFrom('head');
  expect(form.start).toBe('head');
  expect(form.settings).not.toHaveProperty('startModel');
  form.startFromModel(model);
  form.startFrom('scratch');
  expect(form.start).toBe('scratch');
  expect(form.settings).not.toHaveProperty('startModel');
});

test('random weights learn at the usual rate, those of a model more gently', () => {
  const form = new TrainForm(api, 'p');
  const { learningRate } = form.settings;
  expect(learningRate).toBeGreaterThan(0.0003);
  form.startFromModel({ id: 'm-00000001', input: { channels: 1, height: 28, width: 28 } });
  expect(form.settings.learningRate).toBe(0.0003);
  form.settings.learningRate = 0.001;
  form.startFromModel({ id: 'm-00000002', input: { channels: 1, height: 32, width: 32 } });
  expect(form.settings).toMatchObject({ learningRate: 0.001, imageSize: 32, startModel: 'm-00000002' });
});

test('the classifier learns at the rate that is set, each block before it more slowly, others stay', () => {
  const blocks = ['stem', 'one', 'two', 'fc'].map((name) => ({ name, layers: [name], parameters: 1 }));
  const rates = (learning: number | 'all') =>
    partsOf(blocks, { blocks: learning, decay: 0.5 }, 0.8).map(({ name, rate }) => [name, rate]);
  expect(rates(1)).toEqual([
    ['fc', 0.8],
    ['two', 0.4],
    ['one', null],
    ['stem', null],
  ]);
  expect(rates('all').map(([, rate]) => rate)).toEqual([0.8, 0.4, 0.2, 0.1]);
});
