import sharp from 'sharp';
import { Random } from '../../app/core/dataset/random.ts';

/** Soft shapes in colour: photographs' like, no two alike. */
export async function scene(seed: number): Promise<Buffer> {
  const random = new Random(seed);
  const shapes = Array.from({ length: 9 }, () => {
    const [x, y, r] = [random.below(300), random.below(220), 15 + random.below(60)];
    return `<circle cx="${x}" cy="${y}" r="${r}" fill="hsl(${random.below(360)} 60% ${25 + random.below(50)}%)"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="220"><rect width="300" height="220"
    fill="hsl(${random.below(360)} 40% 55%)"/>${shapes.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 92 }).toBuffer();
}
