import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import sharp from 'sharp';
import { reportError } from '../../../app/contract/index.ts';
import { describeMany } from '../../../app/formats/images/describe-many.ts';
import { describePicture } from '../../../app/formats/images/describe-picture.ts';
import { encodePng } from '../../../app/formats/images/plain-png.ts';

const picture = (width: number, height: number): ReturnType<typeof sharp> =>
  sharp({ create: { width, height, channels: 3, background: '#3264c8' } });

/** Sound ones of every kind, tiny and not, and ones that cannot be read. */
async function kinds(): Promise<Uint8Array[]> {
  const jpeg = await picture(32, 20).jpeg().toBuffer();
  return [
    jpeg,
    await picture(32, 20).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    await picture(31, 9).greyscale().toColourspace('b-w').png().toBuffer(),
    await picture(12, 64).ensureAlpha(0.5).webp().toBuffer(),
    await picture(20, 20).gif().toBuffer(),
    await picture(300, 200).jpeg().toBuffer(),
    encodePng(new Uint8Array(16), { width: 4, height: 4, channels: 1 }),
    jpeg.subarray(0, 500),
    Buffer.from('<svg/>'),
    new Uint8Array(),
  ];
}

/** What each is by itself. */
async function oneByOne(files: readonly Uint8Array[]) {
  return Promise.all(
    files.map((bytes) =>
      describePicture(bytes, 'x').catch((error: unknown) => ({
        reason: reportError(error).details['reason'],
      })),
    ),
  );
}

describe('many pictures at a time', () => {
  it('are what each of them is by itself, whichever of them cannot be read', async () => {
    const files = await kinds();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...files), { maxLength: 12 }), async (some) => {
        const together = await describeMany(some.map((bytes) => ({ bytes, name: 'x' })));
        expect(together).toEqual(await oneByOne(some));
      }),
      { numRuns: 30 },
    );
  });
});
