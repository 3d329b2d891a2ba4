import fc from 'fast-check';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { describePicture } from '../../../app/formats/images/describe-picture.ts';
import { exifDate } from '../../../app/formats/images/exif-date.ts';

const blue = sharp({ create: { width: 90, height: 80, channels: 3, background: '#0000ff' } });
const taken = (ifd: 'IFD0' | 'IFD2', text: string) =>
  blue
    .clone()
    .withExif({ [ifd]: { [ifd === 'IFD0' ? 'DateTime' : 'DateTimeOriginal']: text } })
    .jpeg()
    .toBuffer();

it('says when a camera took the picture, the original moment before that of the file', async () => {
  for (const ifd of ['IFD0', 'IFD2'] as const) {
    const { measures } = await describePicture(await taken(ifd, '2026:11:25 14:30:59'));
    expect(measures.takenAt).toBe(Date.UTC(2026, 10, 25, 14, 30, 59));
  }
  const { measures } = await describePicture(await taken('IFD0', '0000:00:00 00:00:00'));
  expect(measures.takenAt).toBeNull();
  expect((await describePicture(await blue.clone().jpeg().toBuffer())).measures.takenAt).toBeNull();
});

it('whatever is damaged says nothing, and nothing is thrown', async () => {
  const { exif } = await sharp(await taken('IFD2', '2026:11:25 14:30:59')).metadata();
  if (exif === undefined) throw new Error('there is no EXIF to damage');
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255))), fc.nat(exif.length), (flips, length) => {
      const bytes = Uint8Array.from(exif.subarray(0, length));
      for (const [at, byte] of flips) if (bytes.length > 0) bytes[at % bytes.length] = byte;
      const date = exifDate(bytes);
      expect(date === null || Number.isInteger(date)).toBe(true);
    }),
  );
});
