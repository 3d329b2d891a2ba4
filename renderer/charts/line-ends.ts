import type { Line } from './series.ts';
import { spreadLabels } from './spread.ts';
import type { Stretch } from './zoom-range.ts';

/** Where a line ends, and what is written there. */
export interface LineEnd {
  line: Line;
  /** Its name and its last value that is shown. */
  text: string;
  /** On the axes. */
  x: number;
  y: number;
}

/** Where a line leaves the plot at its right end: between two points, if it goes on beyond it. */
export function heightAt({ x, y }: Pick<Line, 'x' | 'y'>, end: number): number | undefined {
  const next = x.findIndex((place) => place > end);
  if (next < 1) return next === 0 ? undefined : y.at(-1);
  const [before, after] = [y[next - 1] as number, y[next] as number];
  const [from, to] = [x[next - 1] as number, x[next] as number];
  return before + ((after - before) * (end - from)) / (to - from);
}

/** The ends of the lines that are there in a stretch. */
export function lineEnds(
  lines: readonly Line[],
  [from, to]: Stretch,
  format: (y: number) => string,
): LineEnd[] {
  return lines.flatMap((line) => {
    const last = line.x.at(-1) ?? -Infinity;
    const value = line.y.findLast((y, index) => Number.isFinite(y) && (line.x[index] as number) <= to);
    if (last < from || value === undefined) return [];
    const text = `${line.label} ${format(value)}`;
    return [{ line, text, x: Math.min(last, to), y: heightAt(line, to) ?? value }];
  });
}

/** In pixels, of a plot and of the texts beside it. */
export interface LabelLayout {
  left: number;
  top: number;
  width: number;
  height: number;
  lineHeight: number;
  /** Between the end of a line and its name. */
  gap: number;
  placeX: (x: number) => number;
  placeY: (y: number) => number;
  measure: (text: string) => number;
}

export interface PlacedLabel extends LineEnd {
  left: number;
  middle: number;
}

/** A line that ends in the last part of the plot has its name beside the plot, where there is room. */
const lastPart = 0.15;

/** Names of lines, each where its line ends; moved up or down where they would lie on each other. */
export function placeLabels(ends: readonly LineEnd[], layout: LabelLayout): PlacedLabel[] {
  const { left, top, width, height, lineHeight, gap, placeX, placeY, measure } = layout;
  const right = left + width;
  const wished = ends
    .map((end) => {
      const place = placeX(end.x);
      const from = (place > right - width * lastPart ? right : place) + gap;
      return { ...end, left: from, right: from + measure(end.text), middle: placeY(end.y) };
    })
    .filter(({ middle }) => Number.isFinite(middle))
    .toSorted((a, b) => a.left - b.left);
  const groups: (typeof wished)[] = [];
  for (const label of wished) {
    const group = groups.at(-1);
    if (group?.some((other) => other.right > label.left)) group.push(label);
    else groups.push([label]);
  }
  return groups.flatMap((group) => {
    const wishes = group.map(({ middle }) => middle);
    const middles = spreadLabels(wishes, lineHeight, top, top + height);
    return group.map((label, index) => ({ ...label, middle: middles[index] as number }));
  });
}
