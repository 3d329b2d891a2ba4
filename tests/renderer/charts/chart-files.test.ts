import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chartSvg, type SvgChart } from '../../../renderer/charts/chart-svg.ts';
import { confusionSvg } from '../../../renderer/charts/confusion-svg.ts';
import { csv, linesCsv } from '../../../renderer/charts/csv.ts';
import type { Line } from '../../../renderer/charts/series.ts';
import type { SvgPens } from '../../../renderer/charts/svg.ts';
import { linearTicks, logTicks } from '../../../renderer/charts/ticks.ts';

const line = (id: string, x: number[], y: number[], smoothing = 0): Line => ({
  id,
  label: id,
  color: `--${id}`,
  dashed: false,
  smoothing,
  x,
  y,
});
const pens: SvgPens = {
  fontFamily: 'sans-serif',
  color: (name) => `[${name}]`,
  measure: (text) => text.length * 7,
};
const chart = (lines: Line[], more: Partial<SvgChart['model']> = {}): SvgChart => ({
  title: 'Loss & more',
  xLabel: 'epoch',
  model: {
    lines,
    logY: false,
    yLimits: [0, null],
    formatX: String,
    xSteps: null,
    formatY: String,
    formatTick: String,
    marker: null,
    marks: [],
    range: null,
    ...more,
  },
});

test('the table has every place of any line in the stretch, and values as they were measured', () => {
  const lines = [line('a', [1, 2, 3], [0.5, 0.25, NaN], 0.9), line('b, c', [2], [7])];
  expect(linesCsv('epoch', lines, null)).toBe('epoch,a,"b, c"\r\n1,0.5,\r\n2,0.25,7\r\n3,,\r\n');
  expect(linesCsv('epoch', lines, [1.5, 2.5])).toBe('epoch,a,"b, c"\r\n2,0.25,7\r\n');
});

test('quotes and line ends in a name stay within its cell', () => {
  expect(csv([['a "b"', 'c\nd']])).toBe('"a ""b""","c\nd"\r\n');
});

test('ticks are round, rise, and lie between the ends', () => {
  expect(linearTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(linearTicks(0.97, 3, 4)).toEqual([1, 2, 3]);
  expect(logTicks(0.02, 3)).toEqual([0.02, 0.05, 0.1, 0.2, 0.5, 1, 2]);
  expect(logTicks(1e-6, 1)).toHaveLength(7);
  const number = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(number, fc.double({ min: 1e-3, max: 1e9, noNaN: true }), (low, length) => {
      const ticks = linearTicks(low, low + length, 6);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThanOrEqual(13);
      for (const [index, tick] of ticks.entries())
        if (index > 0) expect(tick).toBeGreaterThan(ticks[index - 1] as number);
    }),
  );
});

test('the picture has the lines, their names and last values, the best epoch and the checkpoints', () => {
  const lines = [line('train', [0, 1, 2], [1, 0.5, 0.25], 0.5), line('<val>', [1, 2], [0.75, 0.5])];
  const { svg } = chartSvg(
    chart(lines, { marker: { x: 2, label: 'best' }, marks: [{ x: 1, shape: 'diamond' }] }),
    pens,
  );
  expect(svg).toContain('<title>Loss &amp; more</title>');
  expect(svg).toContain('>&lt;val&gt; 0.5</text>');
  expect(svg).toContain('>best</text>');
  // Two of training, raw and smoothed, one of validation, one diamond.
  expect(svg.match(/<path /g)).toHaveLength(4);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test('a stretch leaves out what lies beyond it', () => {
  const lines = [line('train', [0, 1, 2, 3], [8, 4, 2, 1])];
  const { svg } = chartSvg(
    chart(lines, { range: [1, 2], marker: { x: 3, label: 'best' }, marks: [{ x: 0, shape: 'triangle' }] }),
    pens,
  );
  expect(svg).toContain('>train 2</text>');
  expect(svg).not.toContain('best');
  expect(svg.match(/<path /g)).toHaveLength(1);
});

test('no values, one value, equal values and a logarithmic axis with a zero are all drawn', () => {
  const cases = [chart([]), chart([line('a', [1], [0])]), chart([line('a', [1, 2], [3, 3])])];
  const zero = chart([line('a', [1, 2, 3], [0, 10, 0.1])], { logY: true });
  for (const one of [...cases, zero]) expect(chartSvg(one, pens).svg).not.toMatch(/NaN|Infinity|undefined/);
});

test('the confusion matrix is drawn with the names of its classes and every figure but the zeros', () => {
  const { svg, width, height } = confusionSvg(
    {
      title: 'Confusion <matrix>',
      classes: ['daisy', 'rose & tulip'],
      values: [
        [0.97, 0],
        [0.004, 1],
      ],
      scale: 'row',
      truth: 'true',
      predicted: 'predicted',
    },
    pens,
  );
  expect(svg.match(/>[^<>]+<\/text>/g)).toEqual(
    ['Confusion &lt;matrix&gt;', 'predicted →', 'true ↓', 'daisy', 'rose &amp; tulip']
      .concat(['daisy', 'rose &amp; tulip', '97', '0.4', '100'])
      .map((text) => `>${text}</text>`),
  );
  // The ground and four cells, all of them inside.
  const boxes = [...svg.matchAll(/<rect (?:x="([\d.]+)" y="([\d.]+)" )?width="(\d+)" height="(\d+)"/g)];
  expect(boxes).toHaveLength(5);
  for (const [, x = '0', y = '0', wide, high] of boxes) {
    expect(Number(x) + Number(wide)).toBeLessThanOrEqual(width);
    expect(Number(y) + Number(high)).toBeLessThanOrEqual(height);
  }
  expect(
    confusionSvg({ title: '', classes: [], values: [], scale: 'counts', truth: '', predicted: '' }, pens).svg,
  ).not.toMatch(/NaN|Infinity|undefined/);
});
