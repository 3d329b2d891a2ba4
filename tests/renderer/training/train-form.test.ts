import { expect, test } from 'vitest';
import type { ArchitectureInfo } from '../../../app/contract/index.ts';
import { TrainForm } from '../../../renderer/features/training/train-form.svelte.ts';

/** Answers when it is told to, as a slow host does. */
function slowApi() {
  const { promise, resolve } = Promise.withResolvers<ArchitectureInfo[]>();
  const list = [{ name: 'small-cnn', defaultImageSize: 28, blocks: [] }] as unknown as ArchitectureInfo[];
  const models = { architectures: () => promise };
  return {
    api: { models } as unknown as ConstructorParameters<typeof TrainForm>[0],
    answer: () => {
      resolve(list);
    },
  };
}

test('what is set while the screen is still loading stays', async () => {
  const { api, answer } = slowApi();
  const form = new TrainForm(api, 'p');
  const reading = form.read();
  form.settings.epochs = 3;
  form.settings.imageSize = 40;
  answer();
  await reading;
  expect(form.isUntouched).toBe(false);
  expect(form.settings).toMatchObject({ epochs: 3, imageSize: 40 });
});

test('what is being typed while the screen is still loading keeps other settings away', async () => {
  const { api, answer } = slowApi();
  const form = new TrainForm(api, 'p');
  const reading = form.read();
  form.touch();
  answer();
  await reading;
  expect(form.architecture).toBe('small-cnn');
  expect(form.settings.imageSize).toBe(28);
  expect(form.isUntouched).toBe(false);
});

test('a form that nobody changed has the picture size of its network, and may take another run’s settings', async () => {
  const { api, answer } = slowApi();
  const form = new TrainForm(api, 'p');
  form.startFrom('scratch');
  const reading = form.read();
  answer();
  await reading;
  expect(form.settings.imageSize).toBe(28);
  expect(form.isUntouched).toBe(true);
  form.settings.batchSize = 7;
  expect(form.isUntouched).toBe(false);
});
