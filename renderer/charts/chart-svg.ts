import type { ChartModel } from './chart-model.ts';
import { lineEnds, placeLabels } from './line-ends.ts';
import type { Line } from './series.ts';
import { smooth } from './smooth.ts';
import { escapeXml, pixels, svgDocument, type SvgPens, type SvgPicture } from './svg.ts';
import { linearTicks, logTicks, ticksBy } from './ticks.ts';
import { extent, type Stretch } from './zoom-range.ts';

export interface SvgChart {
  title: string;
  xLabel: string;
  model: Omit<ChartModel, 'syncKey'>;
}

const size = { width: 800, height: 400 };

/** The chart as it is shown, as an SVG picture that stands by itself. */
export function chartSvg({ title, xLabel, model }: SvgChart, pens: SvgPens): SvgPicture {
  const { color, measure } = pens;
  const { width, height } = size;
  const drawn = model.lines.map((line) => ({ ...line, y: smooth(line.y, line.smoothing) }));
  const [fromX, toX] = model.range ?? extent(drawn) ?? [0, 1];
  const [low, high] = valueRange(model, [fromX, toX]);
  const yTicks = model.logY ? logTicks(low, high) : linearTicks(low, high, Math.max(2, height / 50));

  const ends = lineEnds(drawn, [fromX, toX], model.formatY);
  const left = Math.max(48, ...yTicks.map((tick) => measure(model.formatTick(tick)) + 16));
  const right = width - Math.max(12, ...ends.map(({ text }) => measure(text) + 12));
  const [top, bottom] = [44, height - 40];

  const most = Math.max(2, (right - left) / 70);
  const xTicks = model.xSteps ? ticksBy(model.xSteps, fromX, toX, most) : linearTicks(fromX, toX, most);

  const scale = (value: number): number => (model.logY ? Math.log(value) : value);
  const placeX = (x: number): number => left + ((x - fromX) / (toX - fromX)) * (right - left);
  const placeY = (y: number): number =>
    bottom - ((scale(y) - scale(low)) / (scale(high) - scale(low))) * (bottom - top);

  const text = (x: number, y: number, words: string, fill: string, more = ''): string =>
    `<text x="${pixels(x)}" y="${pixels(y)}" fill="${fill}" ${more}>${escapeXml(words)}</text>`;
  const rule = (x1: number, y1: number, x2: number, y2: number, stroke: string, more = ''): string =>
    `<line x1="${pixels(x1)}" y1="${pixels(y1)}" x2="${pixels(x2)}" y2="${pixels(y2)}" stroke="${stroke}" ${more}/>`;
  const [ink, quiet, grid] = [color('--ink'), color('--quiet'), color('--line')];

  const path = (line: Pick<Line, 'x' | 'y'>): string => {
    const places = line.x.flatMap((x, index) => {
      const y = line.y[index] as number;
      return Number.isFinite(y) && (!model.logY || y > 0)
        ? [`${pixels(placeX(x))} ${pixels(placeY(y))}`]
        : [];
    });
    return places.map((place, index) => (index === 0 ? 'M' : 'L') + place).join('');
  };
  /** Along the upper edge of the band of a line, and back along the lower one. */
  const area = ({ x, low = [], high = [] }: Line): string => {
    const there = path({ x, y: high });
    const back = path({ x: x.toReversed(), y: low.toReversed() });
    return `${there}${back.replace('M', 'L')}Z`;
  };
  const strokes = model.lines.flatMap((line, index) => {
    const stroke = `fill="none" stroke="${color(line.color)}" stroke-linejoin="round"`;
    const smoothed = drawn[index] as Line;
    const band = line.low
      ? `<path d="${area(line)}" fill="${color(line.color)}" stroke="${color(line.color)}" opacity="0.25"/>`
      : '';
    const raw = `<path d="${path(line)}" ${stroke} stroke-width="1" opacity="0.28"/>`;
    const dash = line.dashed ? ' stroke-dasharray="5 4"' : '';
    const main = `<path d="${path(smoothed)}" ${stroke} stroke-width="1.5"${dash}/>`;
    return line.smoothing > 0 ? [band, raw, main] : [band, main];
  });
  const dots = drawn
    .filter(({ x }) => x.length <= 40)
    .flatMap((line) =>
      line.x.flatMap((x, index) => {
        const y = line.y[index] as number;
        if (!Number.isFinite(y) || (model.logY && y <= 0)) return [];
        return [
          `<circle cx="${pixels(placeX(x))}" cy="${pixels(placeY(y))}" r="2.5" fill="${color(line.color)}"/>`,
        ];
      }),
    );
  const labels = placeLabels(ends, {
    left,
    top,
    width: right - left,
    height: bottom - top,
    lineHeight: 15,
    gap: 6,
    placeX,
    placeY: (y) => (model.logY && y <= 0 ? bottom : placeY(y)),
    measure,
  });
  const isShown = (x: number): boolean => x >= fromX && x <= toX;
  const marks = model.marks
    .filter(({ x }) => isShown(x))
    .map(({ x, shape }) => {
      const outline = shape === 'diamond' ? `${bottom - 4}l4 4l-4 4l-4 -4Z` : `${bottom - 8}l4 8h-8Z`;
      return `<path d="M${pixels(placeX(x))} ${outline}" fill="${quiet}"/>`;
    });
  const { marker } = model;

  const svg = svgDocument(size, title, pens, [
    text(8, 18, title, ink, 'font-weight="600"'),
    ...xTicks.flatMap((x) => [
      rule(placeX(x), top, placeX(x), bottom, grid),
      text(placeX(x), bottom + 17, model.formatX(x), quiet, 'text-anchor="middle"'),
    ]),
    ...yTicks.flatMap((y) => [
      rule(left, placeY(y), right, placeY(y), grid),
      text(left - 8, placeY(y) + 4, model.formatTick(y), quiet, 'text-anchor="end"'),
    ]),
    text((left + right) / 2, height - 8, xLabel, quiet, 'text-anchor="middle"'),
    `<clipPath id="plot"><rect x="${pixels(left - 3)}" y="${top - 3}" width="${pixels(right - left + 6)}" height="${bottom - top + 6}"/></clipPath>`,
    `<g clip-path="url(#plot)">${[...strokes, ...dots].join('')}</g>`,
    ...labels.map(({ line, text: words, left: from, middle }) =>
      text(
        from,
        middle + 4,
        words,
        color(line.color),
        `stroke="${color('--paper')}" stroke-width="4" paint-order="stroke"`,
      ),
    ),
    ...marks,
    ...(marker && isShown(marker.x)
      ? [
          rule(placeX(marker.x), top, placeX(marker.x), bottom, quiet, 'stroke-dasharray="2 3"'),
          text(placeX(marker.x), top - 4, marker.label, quiet, 'text-anchor="end"'),
        ]
      : []),
  ]);
  return { svg, ...size };
}

/** What the y axis spans: the values in the stretch with a little air, never beyond the limits. */
function valueRange({ lines, logY, yLimits }: SvgChart['model'], [from, to]: Stretch): Stretch {
  const values = lines.flatMap(({ x, y, low = [], high = [] }) =>
    [y, low, high].flatMap((all) =>
      all.filter(
        (value, index) =>
          Number.isFinite(value) &&
          (x[index] as number) >= from &&
          (x[index] as number) <= to &&
          (!logY || value > 0),
      ),
    ),
  );
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const greatest = values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!(least <= greatest)) return logY ? [0.1, 1] : [0, 1];
  if (logY) return least === greatest ? [least / 2, greatest * 2] : [least / 1.1, greatest * 1.1];
  const spread = greatest - least || Math.abs(greatest) || 1;
  const low = Math.max(yLimits[0] ?? -Infinity, least - spread * 0.05);
  const high = Math.min(yLimits[1] ?? Infinity, greatest + spread * 0.08);
  return low < high ? [low, high] : [low - 1, low];
}
