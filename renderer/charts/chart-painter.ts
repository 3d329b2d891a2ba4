import uPlot from 'uplot';
import { cursorOf, restoreCursor, shareCursor, type HeldCursor } from './chart-cursor.ts';
import { followDrags, followWheel } from './chart-gestures.ts';
import { axisRoom, drawEndLabels, drawMarker, drawMarks, labelRoom } from './chart-labels.ts';
import { isOnlyMoved, type ChartModel } from './chart-model.ts';
import { Palette, watchTheme } from './palette.ts';
import { RepaintGate } from './repaint-gate.ts';
import { alignLines, type Line } from './series.ts';
import { smooth } from './smooth.ts';
import { extent, type Stretch } from './zoom-range.ts';

/**
 * Paints a `ChartModel` into an element with uPlot, follows the element's size and the theme. New values are painted at
 * most ten times a second, another stretch of the same values with the next frame, and nothing while it is out of sight.
 */
export class ChartPainter {
  readonly #host: HTMLElement;
  readonly #onCursor: (x: number | null) => void;
  readonly #onZoom: (range: Stretch | null) => void;
  readonly #gate = new RepaintGate(() => this.#paint());
  readonly #palette: Palette;
  readonly #stopWatching: () => void;
  #model: ChartModel | null = null;
  /** The lines as drawn: smoothed where that is asked for. */
  #drawn: Line[] = [];
  /** Their columns, and what these were made of. */
  #columns: { of: ChartModel; data: uPlot.AlignedData } | null = null;
  #chart: uPlot | null = null;
  #structure = '';
  #frame: number | null = null;
  readonly #axisSizes = new WeakMap<uPlot, number>();

  /**
   * `onCursor` hears the x under the cross-hair, and null when it leaves; `onZoom` the stretch that was brushed, and null
   * after a double click.
   */
  constructor(
    host: HTMLElement,
    onCursor: (x: number | null) => void,
    onZoom: (range: Stretch | null) => void,
  ) {
    this.#host = host;
    this.#onCursor = onCursor;
    this.#onZoom = onZoom;
    this.#palette = new Palette(host);
    const stopTheme = watchTheme(() => this.#chart?.redraw(false));
    const sizes = new ResizeObserver(() => this.#resize());
    sizes.observe(host);
    const sight = new IntersectionObserver((entries) => this.#setVisible(entries.at(-1)?.isIntersecting));
    sight.observe(host);
    const onVisibility = (): void => this.#setVisible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', onVisibility);
    // The element stays when the chart in it is made anew, which then may never hear that the mouse went.
    const onLeave = (): void => {
      if (this.#chart) shareCursor(this.#chart, -10, -10);
    };
    host.addEventListener('mouseleave', onLeave);
    this.#stopWatching = () => {
      host.removeEventListener('mouseleave', onLeave);
      stopTheme();
      sizes.disconnect();
      sight.disconnect();
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }

  set(model: ChartModel): void {
    const isMoved = this.#model !== null && isOnlyMoved(this.#model, model);
    this.#model = model;
    if (isMoved && this.#chart && this.#gate.isOpen) {
      this.#frame ??= requestAnimationFrame(() => {
        this.#frame = null;
        this.#paint();
      });
    } else this.#gate.request();
  }

  destroy(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#stopWatching();
    this.#gate.close();
    this.#chart?.destroy();
  }

  #setVisible(visible: boolean | undefined): void {
    if (visible) this.#gate.show();
    else this.#gate.hide();
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#host;
    if (width > 0 && height > 0) this.#chart?.setSize({ width, height });
  }

  #paint(): void {
    const model = this.#model;
    if (!model || this.#host.clientWidth === 0) return;
    const data = this.#align(model);
    const structure = JSON.stringify([
      model.logY,
      model.yLimits,
      model.xSteps,
      model.lines.map((line) => [
        line.id,
        line.label,
        line.color,
        line.smoothing > 0,
        line.low !== undefined,
      ]),
    ]);
    if (this.#chart && structure === this.#structure) {
      this.#chart.setData(data);
      return;
    }
    const cursor = this.#chart ? cursorOf(this.#chart) : null;
    this.#chart?.destroy();
    this.#structure = structure;
    this.#chart = new uPlot(this.#options(model, cursor), data, this.#host);
  }

  /** What is painted of the lines; the same as last time where they are the same. */
  #align(model: ChartModel): uPlot.AlignedData {
    const last = this.#columns;
    if (last && last.of.lines === model.lines && last.of.logY === model.logY) return last.data;
    this.#drawn = model.lines.map((line) => ({ ...line, y: smooth(line.y, line.smoothing) }));
    const columns = alignLines(model.lines.flatMap((line, index) => this.#layers(line, index)));
    const data = (model.logY ? columns.map(onlyPositive) : columns) as uPlot.AlignedData;
    this.#columns = { of: model, data };
    return data;
  }

  /**
   * What is drawn for a line: how far its values were spread, faint; its raw values, faint, behind the smoothed ones; or
   * the raw ones alone.
   */
  #layers(line: Line, index: number): Pick<Line, 'x' | 'y'>[] {
    const drawn = this.#drawn[index] as Line;
    const lines = line.smoothing > 0 ? [line, drawn] : [drawn];
    const { x, low, high } = line;
    return low && high ? [{ x, y: high }, { x, y: low }, ...lines] : lines;
  }

  #options(model: ChartModel, held: HeldCursor | null): uPlot.Options {
    const { clientWidth: width, clientHeight: height } = this.#host;
    const axis: uPlot.Axis = {
      stroke: () => this.#palette.color('--quiet'),
      font: this.#palette.font,
      grid: { stroke: () => this.#palette.color('--line'), width: 1 },
      ticks: { stroke: () => this.#palette.color('--line'), width: 1, size: 4 },
      border: { show: false },
      gap: 4,
    };
    return {
      width,
      height,
      padding: [14, (chart) => this.#labelRoom(chart), 0, 0],
      legend: { show: false },
      scales: {
        x: {
          time: false,
          range: (_, least, greatest) => {
            const [from, to] = this.#model?.range ?? [least, greatest];
            return [from, to];
          },
        },
        y: yScale(model),
      },
      axes: [
        {
          ...axis,
          size: 26,
          ...(model.xSteps && { incrs: [...model.xSteps] }),
          values: (_, splits) => splits.map((x) => this.#model?.formatX(x) ?? ''),
        },
        {
          ...axis,
          size: (chart, ticks, _, cycle) => this.#axisRoom(chart, ticks, cycle),
          space: 40,
          values: (_, splits) => splits.map((y) => (y === null ? '' : (this.#model?.formatTick(y) ?? ''))),
        },
      ],
      series: [{}, ...model.lines.flatMap((line) => this.#strokes(line))],
      bands: this.#bands(model),
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false, dist: 5 },
        bind: {
          dblclick: () => () => {
            this.#onZoom(null);
            return null;
          },
          mousedown: (chart, _, brush) =>
            followDrags(
              chart,
              brush,
              () => this.#shown(chart),
              (stretch) => this.#onZoom(stretch),
            ),
        },
        points: { size: 6 },
        hover: { skip: [null, undefined] },
        sync: {
          key: model.syncKey,
          scales: ['x', null],
          // The cross-hair is shared, the brush is not: one stretch is enough.
          filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
        },
      },
      hooks: {
        ready: [
          (chart) =>
            followWheel(
              chart,
              () => this.#shown(chart),
              (stretch) => this.#onZoom(stretch),
            ),
          (chart) => restoreCursor(chart, held),
        ],
        drawClear: [() => this.#palette.refresh()],
        draw: [(chart) => this.#annotate(chart)],
        setCursor: [(chart) => this.#reportCursor(chart)],
        setSelect: [(chart) => this.#reportBrush(chart)],
      },
    };
  }

  /** The stretch that was chosen last, painted or not yet. */
  #shown(chart: uPlot): Stretch {
    const { range = null, lines = [] } = this.#model ?? {};
    return range ?? extent(lines) ?? [chart.scales['x']?.min ?? 0, chart.scales['x']?.max ?? 1];
  }

  #labelRoom(chart: uPlot): number {
    const end = chart.scales['x']?.max ?? Infinity;
    const format = this.#model?.formatY ?? String;
    return labelRoom(this.#drawn, end, format, this.#palette.font, chart.width);
  }

  /** Ticks and their room depend on each other: after the first rounds the room stays as it is. */
  #axisRoom(chart: uPlot, ticks: readonly string[] | null, cycle: number): number {
    const last = this.#axisSizes.get(chart);
    if (last !== undefined && cycle > 1) return last;
    const room = axisRoom(ticks ?? [], this.#palette.font);
    this.#axisSizes.set(chart, room);
    return room;
  }

  #strokes(line: Line): uPlot.Series[] {
    const stroke = (): string => this.#palette.color(line.color);
    const main: uPlot.Series = {
      stroke,
      width: 1.5,
      spanGaps: true,
      dash: line.dashed ? [5, 4] : [],
      points: { show: (_, series) => this.#isSparse(series), size: 5, fill: stroke },
    };
    const raw: uPlot.Series = {
      stroke,
      width: 1,
      alpha: 0.28,
      spanGaps: true,
      points: { show: false },
    };
    // A single value far from the others makes a band too thin to be seen: its edges are drawn.
    const edge: uPlot.Series = { stroke, width: 1, alpha: 0.4, spanGaps: true, points: { show: false } };
    return [...(line.low ? [edge, edge] : []), ...(line.smoothing > 0 ? [raw] : []), main];
  }

  /** Fills between the two edges that come first of the columns of a line. */
  #bands({ lines }: ChartModel): uPlot.Band[] {
    let column = 1;
    return lines.flatMap((line): uPlot.Band[] => {
      const first = column;
      column += this.#strokes(line).length;
      if (!line.low) return [];
      return [{ series: [first, first + 1], fill: () => faint(this.#palette.color(line.color)) }];
    });
  }

  /** Few points are marked one by one: a single one would otherwise not be seen at all. */
  #isSparse(series: number): boolean {
    const column = this.#chart?.data[series] ?? [];
    return Array.from(column).filter((value) => value !== null).length <= 40;
  }

  #annotate(chart: uPlot): void {
    if (!this.#model) return;
    drawEndLabels(chart, this.#drawn, this.#model.formatY, this.#palette);
    drawMarks(chart, this.#model.marks, this.#palette);
    if (this.#model.marker) drawMarker(chart, this.#model.marker, this.#palette);
  }

  #reportCursor(chart: uPlot): void {
    const left = chart.cursor.left ?? -1;
    this.#onCursor(left < 0 ? null : chart.posToVal(left, 'x'));
  }

  #reportBrush(chart: uPlot): void {
    const { left, width } = chart.select;
    if (width <= 0) return;
    chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#onZoom([chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x')]);
  }
}

/** A logarithmic axis has no place for zero. */
function onlyPositive(column: (number | null)[], index: number): (number | null)[] {
  return index === 0 ? column : column.map((value) => (value !== null && value > 0 ? value : null));
}

/** A colour `#rrggbb`, nearly clear. */
const faint = (color: string): string => `${color}2e`;

function yScale({ logY, yLimits: [low, high] }: ChartModel): uPlot.Scale {
  if (logY) return { distr: 3 };
  return {
    range: {
      min: { pad: 0.05, ...(low === null ? {} : { hard: low }) },
      max: { pad: 0.08, ...(high === null ? {} : { hard: high }) },
    },
  };
}
