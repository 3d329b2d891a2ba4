import type uPlot from 'uplot';
import type { ChartModel } from './chart-model.ts';
import type { Palette } from './palette.ts';
import type { Line } from './series.ts';
import { spreadLabels } from './spread.ts';

const lineHeight = 15;
const gap = 6;

const endLabel = (line: Line, value: number, format: (y: number) => string): string =>
  `${line.label} ${format(value)}`;

/** CSS pixels that the labels at the line ends need to the right of the plot. */
export function labelRoom(model: ChartModel, font: string): number {
  const context = document.createElement('canvas').getContext('2d');
  if (!context || model.lines.length === 0) return 12;
  context.font = font;
  const widths = model.lines.map((line) => context.measureText(endLabel(line, 0.888, model.formatY)).width);
  return Math.ceil(Math.max(...widths)) + gap + 8;
}

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
    const value = line.y.findLast(Number.isFinite);
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
