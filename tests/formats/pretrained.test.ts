import { existsSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildArchitecture } from '../../app/core/model/architectures.ts';
import { pretrained, pretrainedNormalisation } from '../../app/core/model/pretrained.ts';
import { Network, type PictureBatch } from '../../app/engine/index.ts';
import { toInput } from '../../app/formats/images/to-input.ts';
import { findPictures } from '../../app/formats/layouts/find-pictures.ts';
import { readPretrained } from '../../app/formats/pretrained/efficientnet-lite0.ts';
import { shippedFile } from '../../app/formats/shipped-file.ts';
import { Golden } from '../engine/golden.ts';
import { hashedPixels } from '../engine/hashed.ts';

const { imageSize } = pretrained;
const flowers = '../shared/data/flowers.zip';
const daisy = 985;

/** The network as it left ImageNet, with its thousand classes. */
async function imageNet(channels: number, maxBatch: number): Promise<Network> {
  const graph = buildArchitecture(pretrained.architecture, { channels, imageSize, classes: 1000 });
  const normalisation = pretrainedNormalisation(channels);
  const network = Network.compile(graph, { seed: 0, threads: 0, maxBatch, normalisation, training: false });
  await network.writeParameters(readPretrained(channels));
  return network;
}

const grey = ({ pictures, count }: PictureBatch): PictureBatch => ({
  pictures: pictures.filter((_, at) => at % 3 === 0),
  count,
});

describe('the weights that come with the app', () => {
  test('take less than 10 MB', () => {
    const { size } = statSync(shippedFile('pretrained', 'efficientnet-lite0.safetensors'));
    expect(size).toBeLessThan(10_000_000);
  });

  test('give the logits of the PyTorch package within 1e-3', async () => {
    const golden = new Golden('pretrained').tensor('logits');
    const [count = 0] = golden.shape;
    using network = await imageNet(3, count);
    const pictures = hashedPixels('pretrained/pictures', count * imageSize * imageSize * 3);
    const { data } = await network.forward({ pictures, count });
    const worst = data.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - (golden.data[at] ?? NaN))),
      0,
    );
    expect(worst).toBeLessThan(1e-3);
  });

  test('see a grey picture as one in three equal channels', async () => {
    const one = hashedPixels('pretrained/grey', imageSize * imageSize);
    const pictures = Uint8Array.from({ length: 3 * one.length }, (_, at) => one[Math.floor(at / 3)] ?? 0);
    using colour = await imageNet(3, 1);
    using plain = await imageNet(1, 1);
    const expected = await colour.forward({ pictures, count: 1 });
    const actual = await plain.forward(grey({ pictures, count: 1 }));
    actual.data.forEach((value, at) => expect(value).toBeCloseTo(expected.data[at] ?? NaN, 3));
  });

  test.skipIf(!existsSync(flowers))('know at least ten of sixteen photographs of daisies', async () => {
    await using found = await findPictures([flowers], 'auto');
    const pictures: Uint8Array[] = [];
    for await (const { className, read } of found.pictures()) {
      if (className === 'daisy') pictures.push(await toInput(await read(), imageSize, 3));
      if (pictures.length === 16) break;
    }
    using network = await imageNet(3, 16);
    const { data } = await network.forward({ pictures: Buffer.concat(pictures), count: 16 });
    const answers = pictures.map((_, row) => {
      const logits = data.subarray(1000 * row, 1000 * (row + 1));
      return logits.indexOf(Math.max(...logits));
    });
    expect(answers.filter((answer) => answer === daisy).length).toBeGreaterThanOrEqual(10);
  });
});
