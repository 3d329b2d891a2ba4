import { describe, expect, it } from 'vitest';
import { drawMark, type Mark } from '../../../app/core/dataset/marks.ts';
import { Random } from '../../../app/core/dataset/random.ts';

const size = 28;
const draw = (mark: Mark, seed: number): Uint8Array => drawMark(mark, size, new Random(seed));
const seeds = Array.from({ length: 60 }, (_, seed) => seed);

/** The middle between the darkest and the brightest pixel tells ink from paper. */
function inkOf(pixels: Uint8Array): boolean[] {
  const middle = (Math.min(...pixels) + Math.max(...pixels)) / 2;
  return [...pixels].map((value) => value > middle);
}

const middleOf = (ink: boolean[], coordinate: (at: number) => number): number => {
  const places = [...ink.keys()].filter((at) => ink[at]).map(coordinate);
  return (Math.min(...places) + Math.max(...places)) / 2;
};

describe('X and O', () => {
  it('the same random numbers draw the same picture, others another one', () => {
    expect(draw('X', 7)).toEqual(draw('X', 7));
    expect(draw('X', 7)).not.toEqual(draw('X', 8));
    expect(draw('X', 7)).not.toEqual(draw('O', 7));
  });

  it.each(['X', 'O'] as const)('%s is light on dark, and whole: its ink does not touch the edge', (mark) => {
    for (const seed of seeds) {
      const ink = inkOf(draw(mark, seed));
      const count = ink.filter(Boolean).length;
      expect(count).toBeGreaterThan(10);
      expect(count).toBeLessThan((size * size) / 2);
      const atEdge = [...ink.keys()].filter((at) => {
        const [x, y] = [at % size, Math.floor(at / size)];
        return ink[at] && (x === 0 || y === 0 || x === size - 1 || y === size - 1);
      });
      expect(atEdge.length).toBeLessThanOrEqual(4);
    }
  });

  it('where its middle is, an X has ink and an O has none', () => {
    for (const seed of seeds) {
      for (const mark of ['X', 'O'] as const) {
        const ink = inkOf(draw(mark, seed));
        const x = Math.round(middleOf(ink, (at) => at % size));
        const y = Math.round(middleOf(ink, (at) => Math.floor(at / size)));
        const around = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => ink[(y + dy) * size + x + dx]));
        expect(around.filter(Boolean).length > 1).toBe(mark === 'X');
      }
    }
  });

  it('edges are smooth: between ink and paper lie pixels of both', () => {
    const pixels = draw('O', 3);
    const [low, high] = [Math.min(...pixels), Math.max(...pixels)];
    const between = [...pixels].filter(
      (value) => value > low + (high - low) * 0.3 && value < low + (high - low) * 0.7,
    );
    expect(between.length).toBeGreaterThan(10);
  });

  it('is drawn in different places, and in pictures of any size', () => {
    const middles = seeds.map((seed) => middleOf(inkOf(draw('O', seed)), (at) => at % size));
    expect(Math.max(...middles) - Math.min(...middles)).toBeGreaterThan(size * 0.15);
    expect(drawMark('X', 64, new Random(1)).length).toBe(64 * 64);
  });
});
