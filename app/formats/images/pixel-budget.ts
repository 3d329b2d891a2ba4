import { greatestPixels } from './picture-limits.ts';

/** Pixels being decoded, over all pictures. */
let busy = 0;
const waiting: { pixels: number; start: () => void }[] = [];

/**
 * Does the work when the pictures in hand have, together with this one, no more pixels than one picture may have. Small
 * ones never wait; the largest, which can take half a gigabyte each, go one at a time.
 */
export async function withinPixelBudget<T>(pixels: number, work: () => Promise<T>): Promise<T> {
  if (waiting.length === 0 && busy + pixels <= greatestPixels) busy += pixels;
  else await new Promise<void>((resolve) => waiting.push({ pixels, start: resolve }));
  try {
    return await work();
  } finally {
    busy -= pixels;
    startWaiting();
  }
}

/** In the order in which they came, so that a large one is not passed by small ones for ever. */
function startWaiting(): void {
  for (let next = waiting[0]; next !== undefined && busy + next.pixels <= greatestPixels; next = waiting[0]) {
    waiting.shift();
    busy += next.pixels;
    next.start();
  }
}
