/**
 * Whether a picture's border is dark: drawings look like the data when they are made on the same ground. `pixels`
 * are RGBA bytes, row by row.
 */
export function hasDarkBorder(pixels: Uint8ClampedArray, width: number, height: number): boolean {
  let sum = 0;
  let count = 0;
  for (let y = 0; y < height; y += 1) {
    const isEdgeRow = y === 0 || y === height - 1;
    for (let x = 0; x < width; x += isEdgeRow ? 1 : Math.max(1, width - 1)) {
      const at = (y * width + x) * 4;
      sum += ((pixels[at] ?? 0) + (pixels[at + 1] ?? 0) + (pixels[at + 2] ?? 0)) / 3;
      count += 1;
    }
  }
  return count > 0 && sum / count < 128;
}
