/** The most pixels a side whose numbers are shown. */
export const mostNumbers = 32;

/** The pixels of a picture: RGBA, row by row, 0…255. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** Reads the pixels of a picture that is loaded, at its own size. */
export function readPixels(image: HTMLImageElement): Pixels | null {
  const { naturalWidth: width, naturalHeight: height } = image;
  const context = new OffscreenCanvas(Math.max(1, width), Math.max(1, height)).getContext('2d');
  if (!context || width === 0 || height === 0) return null;
  context.drawImage(image, 0, 0);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

/** One channel (0 red, which is grey in a grey picture; 1 green; 2 blue) as rows of values. */
export function channelRows({ width, height, data }: Pixels, channel: 0 | 1 | 2): number[][] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => data[(y * width + x) * 4 + channel] ?? 0),
  );
}

/** Greys up to this take white ink, the others black: either has a contrast of at least 4.5 to 1. */
const darkest = 117;
export const takesWhite = (grey: number): boolean => grey <= darkest;
