import type uPlot from 'uplot';
import type { Mark } from './chart-model.ts';
import { lineEnds, placeLabels } from './line-ends.ts';
import type { Palette } from './palette.ts';
import type { Line } from './series.ts';

const lineHeight = 15;
const gap = 6;

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
  const texts = lines.map((line) => {
    const last = line.y.findLast((y, index) => Number.isFinite(y) && (line.x[index] as number) <= end);
    return `${line.label} ${format(last ?? 0.888)}`;
  });
  return texts.length === 0 ? 12 : Math.min(inSteps(widest(texts, font) + gap + 2), width / 2);
}

/** CSS pixels that the figures beside the y axis need, with its ticks. */
export const axisRoom = (ticks: readonly string[], font: string): number =>
  Math.max(48, inSteps(widest(ticks, font) + 10));

/** Writes each line's name and last value where the line ends. */
export function drawEndLabels(
  chart: uPlot,
  lines: readonly Line[],
  format: (y: number) => string,
  palette: Palette,
): void {
  const ratio = devicePixelRatio;
  const { ctx, bbox, scales } = chart;
  const ends = lineEnds(lines, [scales['x']?.min ?? -Infinity, scales['x']?.max ?? Infinity], format);
  withText(chart, palette, () => {
    const labels = placeLabels(ends, {
      ...bbox,
      lineHeight: lineHeight * ratio,
      gap: gap * ratio,
      placeX: (x) => chart.valToPos(x, 'x', true),
      placeY: (y) => chart.valToPos(y, 'y', true),
      measure: (text) => ctx.measureText(text).width,
    });
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    // Other lines may pass behind it.
    ctx.strokeStyle = palette.color('--paper');
    ctx.lineWidth = 4 * ratio;
    ctx.lineJoin = 'round';
    for (const { line, text, left, middle } of labels) {
      ctx.strokeText(text, left, middle);
      ctx.fillStyle = palette.color(line.color);
      ctx.fillText(text, left, middle);
    }
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

/** Small diamonds and triangles at the foot of the plot. */
export function drawMarks(chart: uPlot, marks: readonly Mark[], palette: Palette): void {
  const { left, top, width, height } = chart.bbox;
  const radius = 4 * devicePixelRatio;
  const y = top + height;
  chart.ctx.save();
  chart.ctx.fillStyle = palette.color('--quiet');
  for (const mark of marks) {
    const x = chart.valToPos(mark.x, 'x', true);
    if (x < left - 1 || x > left + width + 1) continue;
    const isDiamond = mark.shape === 'diamond';
    chart.ctx.beginPath();
    chart.ctx.moveTo(x, y - radius * (isDiamond ? 1 : 2));
    chart.ctx.lineTo(x + radius, y);
    if (isDiamond) chart.ctx.lineTo(x, y + radius);
    chart.ctx.lineTo(x - radius, y);
    chart.ctx.fill();
  }
  chart.ctx.restore();
}

function withText(chart: uPlot, palette: Palette, draw: () => void): void {
  chart.ctx.save();
  chart.ctx.font = palette.font.replace('12px', `${12 * devicePixelRatio}px`);
  draw();
  chart.ctx.restore();
}
