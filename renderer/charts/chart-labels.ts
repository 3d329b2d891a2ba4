import type uPlot from 'uplot';
import type { Palette } from './palette.ts';
import type { Line } from './series.ts';
import { spreadLabels } from './spread.ts';

const lineHeight = 15;
const gap = 6;

const endLabel = (line: Line, value: number, format: (y: number) => string): string =>
  `${line.label} ${format(value)}`;

/** A line's last value that is on the screen: the one before the right end of the x axis. */
function lastShown(line: Line, end: number): number | undefined {
  return line.y.findLast((y, index) => Number.isFinite(y) && (line.x[index] as number) <= end);
}

let measure: CanvasRenderingContext2D | null = null;
/** The greatest width of `texts`, CSS pixels. */
function widest(texts: readonly string[], font: string): number {
  measure ??= document.createElement('canvas').getContext('2d');
  if (!measure) return 0;
  measure.font = font;
  return Math.max(0, ...texts.map((text) => measure?.measureText(text).width ?? 0));
}

/** In steps, so that the plot does not tremble while figures change. */
const inSteps = (pixels: number): number => Math.ceil(pixels / 8) * 8;

/** CSS pixels that the labels at the line ends need to the right of the plot; at most half of the chart. */
export function labelRoom(
  lines: readonly Line[],
  end: number,
  format: (y: number) => string,
  font: string,
  width: number,
): number {
  const texts = lines.map((line) => endLabel(line, lastShown(line, end) ?? 0.888, format));
  return texts.length === 0 ? 12 : Math.min(inSteps(widest(texts, font) + gap + 2), width / 2);
}

/** CSS pixels that the figures beside the y axis need, with its ticks. */
export const axisRoom = (ticks: readonly string[], font: string): number =>
  Math.max(48, inSteps(widest(ticks, font) + 10));

/** Writes each line's name and last value where the line ends, moved apart where they would overlap. */
export function drawEndLabels(
  chart: uPlot,
  lines: readonly Line[],
  format: (y: number) => string,
  palette: Palette,
): void {
  const ratio = devicePixelRatio;
  const { left, top, width, height } = chart.bbox;
  const ends = lines.flatMap((line) => {
    const value = lastShown(line, chart.scales['x']?.max ?? Infinity);
    return value === undefined ? [] : [{ line, value, wish: chart.valToPos(value, 'y', true) }];
  });
  const inside = ends.filter((end) => Number.isFinite(end.wish));
  const places = spreadLabels(
    inside.map((end) => end.wish),
    lineHeight * ratio,
    top,
    top + height,
  );
  withText(chart, palette, () => {
    chart.ctx.textAlign = 'left';
    chart.ctx.textBaseline = 'middle';
    inside.forEach(({ line, value }, index) => {
      chart.ctx.fillStyle = palette.color(line.color);
      chart.ctx.fillText(endLabel(line, value, format), left + width + gap * ratio, places[index] as number);
    });
  });
}

/** A dotted vertical line with its name at the top, on whichever side there is room. */
export function drawMarker(chart: uPlot, marker: { x: number; label: string }, palette: Palette): void {
  const ratio = devicePixelRatio;
  const { left, top, width, height } = chart.bbox;
  const x = chart.valToPos(marker.x, 'x', true);
  if (x < left || x > left + width) return;
  withText(chart, palette, () => {
    const { ctx } = chart;
    ctx.strokeStyle = palette.color('--quiet');
    ctx.fillStyle = palette.color('--quiet');
    ctx.lineWidth = ratio;
    ctx.setLineDash([2 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    ctx.textBaseline = 'bottom';
    ctx.textAlign = x > left + width / 2 ? 'right' : 'left';
    ctx.fillText(marker.label, x, top - ratio);
  });
}

function withText(chart: uPlot, palette: Palette, draw: () => void): void {
  chart.ctx.save();
  chart.ctx.font = palette.font.replace('12px', `${12 * devicePixelRatio}px`);
  draw();
  chart.ctx.restore();
}
