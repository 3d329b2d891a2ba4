import type { Random } from './random.ts';

export type Mark = 'X' | 'O';

/** How one mark is drawn; lengths in pixels, angles in radians, brightness 0–255. */
interface Pen {
  centre: readonly [x: number, y: number];
  /** Half of its width and of its height. */
  reach: readonly [number, number];
  angle: number;
  thickness: number;
  ink: number;
  paper: number;
  /** Standard deviation of what is added to every pixel. */
  noise: number;
}

const degree = Math.PI / 180;

/**
 * An X or an O as a person might draw it: light on dark, anywhere in the picture, upright or leaning, thin or thick, on
 * clean or noisy paper, with smooth edges. Gives uint8 [size, size]; the same stream of random numbers, the same picture.
 */
export function drawMark(mark: Mark, size: number, random: Random): Uint8Array {
  const pen = pickPen(mark, size, random);
  const distance = mark === 'X' ? distanceToCross : distanceToRing;
  return Uint8Array.from({ length: size * size }, (_, at) => {
    const [x, y] = turned(
      (at % size) + 0.5 - pen.centre[0],
      Math.floor(at / size) + 0.5 - pen.centre[1],
      pen,
    );
    // How much of the pixel the stroke covers: all, none, or a part where its edge runs through.
    const covered = clamp(0.5 + pen.thickness / 2 - distance(x, y, pen.reach), 0, 1);
    const brightness = pen.paper + covered * (pen.ink - pen.paper) + pen.noise * normal(random);
    return Math.round(clamp(brightness, 0, 255));
  });
}

function pickPen(mark: Mark, size: number, random: Random): Pen {
  const between = (low: number, high: number): number => low + (high - low) * random.float();
  const thickness = size * between(0.06, 0.12);
  const radius = size * between(0.26, 0.38);
  // A cross reaches into the corners of its box, and leans little: turned by half of a right angle it would be a plus.
  const full = mark === 'X' ? 0.85 : 1;
  const reach = [radius * full * between(0.8, 1), radius * full * between(0.8, 1)] as const;
  const angle = degree * (mark === 'X' ? between(-20, 20) : between(-90, 90));
  // It stays a pixel away from the edge.
  const room = Math.max(size / 2 - 1 - radius - thickness / 2, 0);
  const centre = [size / 2 + between(-room, room), size / 2 + between(-room, room)] as const;
  return {
    centre,
    reach,
    angle,
    thickness,
    ink: between(180, 255),
    paper: between(0, 30),
    noise: between(0, 15),
  };
}

/** A place as the mark sees it that stands upright at its own centre. */
const turned = (x: number, y: number, { angle }: Pen): [number, number] => [
  x * Math.cos(angle) + y * Math.sin(angle),
  y * Math.cos(angle) - x * Math.sin(angle),
];

/** To the nearer of the two diagonals of the box. */
function distanceToCross(x: number, y: number, [a, b]: readonly [number, number]): number {
  const down = distanceToStroke(x, y, a, b);
  const up = distanceToStroke(x, y, a, -b);
  return Math.min(down, up);
}

/** To the line from (-a, -b) to (a, b). */
function distanceToStroke(x: number, y: number, a: number, b: number): number {
  const along = clamp((x * a + y * b) / (a * a + b * b), -1, 1);
  return Math.hypot(x - along * a, y - along * b);
}

/** To the ellipse in the box, to first order: what it is off by, divided by how fast that changes. */
function distanceToRing(x: number, y: number, [a, b]: readonly [number, number]): number {
  const off = Math.hypot(x / a, y / b);
  const slope = Math.hypot(x / (a * a), y / (b * b));
  return slope === 0 ? Math.min(a, b) : (Math.abs(off - 1) * off) / slope;
}

/** A number from the normal distribution, nearly: four even ones, added up. */
function normal(random: Random): number {
  const sum = random.float() + random.float() + random.float() + random.float();
  return Math.sqrt(3) * (sum - 2);
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
