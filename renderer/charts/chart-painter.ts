import uPlot from 'uplot';
import { axisRoom, drawEndLabels, drawMarker, drawMarks, labelRoom } from './chart-labels.ts';
import type { ChartModel } from './chart-model.ts';
import { Palette, watchTheme } from './palette.ts';
import { RepaintGate } from './repaint-gate.ts';
import { alignLines, type Line } from './series.ts';
import { smooth } from './smooth.ts';
import type { Stretch } from './zoom-range.ts';

/**
 * Paints a `ChartModel` into an element with uPlot, follows the element's size and the theme, and repaints at most
 * ten times a second and never while it is out of sight.
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
  #chart: uPlot | null = null;
  #structure = '';
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
    this.#stopWatching = () => {
      stopTheme();
      sizes.disconnect();
      sight.disconnect();
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }

  set(model: ChartModel): void {
    this.#model = model;
    this.#gate.request();
  }

  destroy(): void {
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
    this.#drawn = model.lines.map((line) => ({ ...line, y: smooth(line.y, line.smoothing) }));
    const columns = alignLines(model.lines.flatMap((line, index) => this.#layers(line, index)));
    const data = (model.logY ? columns.map(onlyPositive) : columns) as uPlot.AlignedData;
    const structure = JSON.stringify([
      model.logY,
      model.yLimits,
      model.range,
      model.lines.map((line) => [line.id, line.label, line.color, line.smoothing > 0]),
    ]);
    if (this.#chart && structure === this.#structure) {
      this.#chart.setData(data);
      return;
    }
    this.#chart?.destroy();
    this.#structure = structure;
    this.#chart = new uPlot(this.#options(model), data, this.#host);
  }

  /** What is drawn for a line: its raw values, faint, behind the smoothed ones; or the raw ones alone. */
  #layers(line: Line, index: number): Line[] {
    const drawn = this.#drawn[index] as Line;
    return line.smoothing > 0 ? [line, drawn] : [drawn];
  }

  #options(model: ChartModel): uPlot.Options {
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
      scales: { x: xScale(model), y: yScale(model) },
      axes: [
        { ...axis, size: 26, values: (_, splits) => splits.map((x) => this.#model?.formatX(x) ?? '') },
        {
          ...axis,
          size: (chart, ticks, _, cycle) => this.#axisRoom(chart, ticks, cycle),
          space: 40,
          values: (_, splits) => splits.map((y) => (y === null ? '' : (this.#model?.formatTick(y) ?? ''))),
        },
      ],
      series: [{}, ...model.lines.flatMap((line) => this.#strokes(line))],
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false, dist: 5 },
        bind: {
          dblclick: () => () => {
            this.#onZoom(null);
            return null;
          },
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
        drawClear: [() => this.#palette.refresh()],
        draw: [(chart) => this.#annotate(chart)],
        setCursor: [(chart) => this.#reportCursor(chart)],
        setSelect: [(chart) => this.#reportBrush(chart)],
      },
    };
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
    return line.smoothing > 0 ? [raw, main] : [main];
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

function xScale({ range }: ChartModel): uPlot.Scale {
  return range === null ? { time: false } : { time: false, range: [range[0], range[1]] };
}

function yScale({ logY, yLimits: [low, high] }: ChartModel): uPlot.Scale {
  if (logY) return { distr: 3 };
  return {
    range: {
      min: { pad: 0.05, ...(low === null ? {} : { hard: low }) },
      max: { pad: 0.08, ...(high === null ? {} : { hard: high }) },
    },
  };
}
