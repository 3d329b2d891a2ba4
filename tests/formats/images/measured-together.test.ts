import sharp from 'sharp';
import { expect, it } from 'vitest';
import { Random } from '../../../app/core/dataset/random.ts';
import { describeMany } from '../../../app/formats/images/describe-many.ts';
import { describePicture } from '../../../app/formats/images/describe-picture.ts';

async function tiny(number: number, random: Random): Promise<{ name: string; bytes: Uint8Array }> {
  const [width, height] = [8 + random.below(56), 8 + random.below(56)];
  const channels = ([1, 3, 4] as const)[number % 3] as 1 | 3 | 4;
  const pixels = Buffer.from(Array.from({ length: width * height * channels }, () => random.below(256)));
  const raw = sharp(pixels, { raw: { width, height, channels } });
  const picture = channels === 1 ? raw.toColourspace('b-w') : raw;
  const bytes =
    number % 2 === 0 && channels !== 4 ? await picture.jpeg().toBuffer() : await picture.png().toBuffer();
  return { name: `${number}`, bytes };
}

it('tiny pictures of all sizes and kinds measure the same together as alone', async () => {
  const random = new Random(5);
  const pictures = [];
  for (let number = 0; number < 30; number++) pictures.push(await tiny(number, random));
  const together = await describeMany(pictures);
  for (const [place, { bytes, name }] of pictures.entries()) {
    const alone = await describePicture(bytes, name);
    const found = together[place];
    expect(found).toMatchObject({ width: alone.width, height: alone.height, channels: alone.channels });
    expect(found).toMatchObject({ measures: { fingerprint: alone.measures.fingerprint } });
  }
});
