import type uPlot from 'uplot';
import type { Stretch } from './zoom-range.ts';

/** What is shown of the x axis. */
const shown = (chart: uPlot): Stretch => [chart.scales['x']?.min ?? 0, chart.scales['x']?.max ?? 1];

const moved = ([from, to]: Stretch, by: number): Stretch => [from + by, to + by];

/** How much of the x axis is under so many CSS pixels. */
const lengthOf = (chart: uPlot, pixels: number): number => {
  const [from, to] = shown(chart);
  return (pixels / chart.over.clientWidth) * (to - from);
};

/**
 * What the pressed main button begins: with Shift held what is shown goes along with the mouse, otherwise uPlot's own
 * `brush`.
 */
export function followDrags(
  chart: uPlot,
  brush: (event: MouseEvent) => null,
  onStretch: (stretch: Stretch) => void,
): (event: MouseEvent) => null {
  return (event) => {
    if (event.button !== 0) return null;
    if (!event.shiftKey) return brush(event);
    const begun = shown(chart);
    const drag = new AbortController();
    const onMove = ({ clientX }: MouseEvent): void =>
      onStretch(moved(begun, lengthOf(chart, event.clientX - clientX)));
    document.addEventListener('mousemove', onMove, { signal: drag.signal });
    document.addEventListener('mouseup', () => drag.abort(), { signal: drag.signal });
    return null;
  };
}

/** A wheel that is turned sideways, or with Shift, moves what is shown; with Ctrl (a pinch) it zooms about the mouse. */
export function followWheel(chart: uPlot, onStretch: (stretch: Stretch) => void): void {
  chart.over.addEventListener(
    'wheel',
    (event) => {
      const { deltaX, deltaY, ctrlKey, shiftKey } = event;
      const sideways = shiftKey && deltaX === 0 ? deltaY : deltaX;
      if (!ctrlKey && Math.abs(sideways) <= (shiftKey ? 0 : Math.abs(deltaY))) return;
      event.preventDefault();
      if (ctrlKey) onStretch(scaledAbout(chart, chart.posToVal(event.offsetX, 'x'), 1.002 ** deltaY));
      else onStretch(moved(shown(chart), lengthOf(chart, sideways)));
    },
    { passive: false },
  );
}

function scaledAbout(chart: uPlot, place: number, factor: number): Stretch {
  const [from, to] = shown(chart);
  return [place - (place - from) * factor, place + (to - place) * factor];
}
