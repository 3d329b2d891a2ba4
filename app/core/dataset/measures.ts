/** What is measured of a picture's pixels, once, so that it can be sorted, judged and compared with others. */
export interface Measures {
  /** Mean luminance, 0 (black) … 1 (white). */
  brightness: number;
  /**
   * Variance of the Laplacian of the grey picture, grey levels squared: low where there are no edges, which is how a
   * blurred photograph differs from a sharp one (Pech-Pacheco et al. 2000). Depends on the size of the picture, so it
   * is always taken of the thumbnail.
   */
  sharpness: number;
  /** What near duplicates are found by, in hex: see `fingerprintOf`. */
  fingerprint: string;
}

/** uint8 pixels, [height, width, channels]. */
export interface MeasuredPicture {
  pixels: Uint8Array;
  width: number;
  height: number;
  channels: 1 | 3;
}

/** Cells along each side of the grey grid whose differences are hashed. */
const cells = 9;
/** Two neighbouring cells count as different only by more grey levels than this: noise must not decide. */
const noise = 1.5;
/** Bits of the hash, and grey levels beside it. */
export const hashBits = 2 * (cells - 1) ** 2;
const coarseCells = 6;
export const coarseLevels = coarseCells ** 2;

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Measures a picture, best its thumbnail: what is asked for does not need more pixels. */
export function measurePicture(picture: MeasuredPicture): Measures {
  const grey = luminance(picture);
  const { width, height } = picture;
  let sum = 0;
  for (const level of grey) sum += level;
  return {
    brightness: sum / (255 * grey.length),
    sharpness: laplacianVariance(grey, width, height),
    fingerprint: fingerprintOf(grey, width, height),
  };
}

/** Grey levels 0…255, [height, width], by the weights of ITU-R BT.601. */
function luminance({ pixels, width, height, channels }: MeasuredPicture): Float32Array {
  const grey = new Float32Array(width * height);
  if (channels === 1) {
    grey.set(pixels.subarray(0, grey.length));
    return grey;
  }
  for (let at = 0, from = 0; at < grey.length; at++, from += 3) {
    grey[at] =
      0.299 * (pixels[from] as number) +
      0.587 * (pixels[from + 1] as number) +
      0.114 * (pixels[from + 2] as number);
  }
  return grey;
}

/** Over the inner pixels; 0 for a picture that has none. */
function laplacianVariance(grey: Float32Array, width: number, height: number): number {
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let at = y * width + 1; at < (y + 1) * width - 1; at++) {
      const value =
        (grey[at - 1] as number) +
        (grey[at + 1] as number) +
        (grey[at - width] as number) +
        (grey[at + width] as number) -
        4 * (grey[at] as number);
      sum += value;
      squares += value * value;
    }
  }
  const count = Math.max(0, width - 2) * Math.max(0, height - 2);
  return count === 0 ? 0 : Math.max(0, squares / count - (sum / count) ** 2);
}

/**
 * A difference hash in both directions, then how light the picture is. For the first the picture is brought to 9 × 9 grey
 * cells; each of the first 8 × 8 gives one bit for "darker than its right neighbour" and one for "darker than the one
 * below". Resizing, recompression and small changes of light leave nearly all of these 128 bits alone. Then follow the
 * means of 6 × 6 cells, a byte each: in small drawings on one ground many bits say nothing.
 */
function fingerprintOf(grey: Float32Array, width: number, height: number): string {
  const grid = shrunk(grey, width, height, cells);
  const bytes: number[] = [];
  for (const step of [1, cells]) {
    for (let row = 0; row < cells - 1; row++) {
      let byte = 0;
      for (let column = 0; column < cells - 1; column++) {
        const at = row * cells + column;
        const isDarker = (grid[at + step] as number) - (grid[at] as number) > noise;
        byte = (byte << 1) | (isDarker ? 1 : 0);
      }
      bytes.push(byte);
    }
  }
  bytes.push(...Array.from(shrunk(grey, width, height, coarseCells), Math.round));
  return bytes.map((byte) => hex[byte]).join('');
}

/** [height, width] → [cells, cells] by the mean over each cell; a pixel on an edge counts in parts. */
function shrunk(grey: Float32Array, width: number, height: number, cells: number): Float64Array {
  const rows = weights(height, cells);
  const columns = weights(width, cells);
  const grid = new Float64Array(cells * cells);
  for (const [row, { first: top, shares: tall }] of rows.entries()) {
    for (let y = 0; y < tall.length; y++) {
      for (let column = 0; column < cells; column++) {
        // Every pixel comes by here twice: numbers in typed arrays take a tenth of the time of pairs.
        const { first: left, shares: wide } = columns[column] as Covered;
        const from = (top + y) * width + left;
        let sum = 0;
        for (let x = 0; x < wide.length; x++) sum += (wide[x] as number) * (grey[from + x] as number);
        const at = row * cells + column;
        grid[at] = (grid[at] as number) + (tall[y] as number) * sum;
      }
    }
  }
  return grid;
}

/** The pixels that a cell covers along one side, beginning with `first`, and their shares, which add up to 1. */
interface Covered {
  first: number;
  shares: Float64Array;
}

/** Those of the last sizes: pictures of a data set are mostly of one, and small ones are measured faster than these are made. */
const lastWeights = new Map<number, Covered[]>();
const mostSizes = 64;

function weights(length: number, cells: number): Covered[] {
  const key = length * 16 + cells;
  const known = lastWeights.get(key);
  if (known !== undefined) return known;
  if (lastWeights.size >= mostSizes) lastWeights.clear();
  const made = freshWeights(length, cells);
  lastWeights.set(key, made);
  return made;
}

function freshWeights(length: number, cells: number): Covered[] {
  const size = length / cells;
  return Array.from({ length: cells }, (_, cell) => {
    const [from, to] = [cell * size, (cell + 1) * size];
    let first = Math.floor(from);
    const shares: number[] = [];
    for (let pixel = Math.floor(from); pixel < to && pixel < length; pixel++) {
      const share = (Math.min(to, pixel + 1) - Math.max(from, pixel)) / size;
      if (share > 1e-9) shares.push(share);
      else if (shares.length === 0) first = pixel + 1;
    }
    return { first, shares: Float64Array.from(shares) };
  });
}
