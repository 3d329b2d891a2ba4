import { drawMark, type Mark } from '../../core/dataset/marks.ts';
import { Random } from '../../core/dataset/random.ts';
import type { FoundPicture } from '../found-picture.ts';
import { encodePng } from '../images/plain-png.ts';

const size = 28;
const perMark = 300;
/** Everybody has the same six hundred pictures. */
const seed = 1;

export const xoCount = 2 * perMark;

/** Crosses and circles in turn, `X/x-001.png`, `O/o-001.png`, …; which of them train and which validate is open. */
export function* xoPictures(): Iterable<FoundPicture> {
  const random = new Random(seed);
  for (let number = 1; number <= perMark; number++) {
    for (const mark of ['X', 'O'] as const) yield toPicture(mark, number, drawMark(mark, size, random));
  }
}

function toPicture(mark: Mark, number: number, pixels: Uint8Array): FoundPicture {
  const name = `${mark}/${mark.toLowerCase()}-${String(number).padStart(3, '0')}.png`;
  const png = encodePng(pixels, { width: size, height: size, channels: 1 });
  return { name, path: name, className: mark, split: null, read: async () => png };
}
