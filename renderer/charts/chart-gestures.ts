import type uPlot from 'uplot';
import type { Stretch } from './zoom-range.ts';

/**
 * What is to be shown of the x axis. The chart may still be painted as it was before: what is measured on it alone would
 * take back the stretch that was chosen last.
 */
export type Shown = () => Stretch;

const moved = ([from, to]: Stretch, by: number): Stretch => [from + by, to + by];

/** How much of the x axis is under so many CSS pixels. */
const lengthOf = (chart: uPlot, [from, to]: Stretch, pixels: number): number =>
  (pixels / chart.over.clientWidth) * (to - from);

/**
 * What the pressed main button begins: with Shift held what is shown goes along with the mouse, otherwise uPlot's own
 * `brush`.
 */
export function followDrags(
  chart: uPlot,
  brush: (event: MouseEvent) => null,
  shown: Shown,
  onStretch: (stretch: Stretch) => void,
): (event: MouseEvent) => null {
  return (event) => {
    if (event.button !== 0) return null;
    if (!event.shiftKey) return brush(event);
    const begun = shown();
    const drag = new AbortController();
    const onMove = ({ clientX }: MouseEvent): void =>
      onStretch(moved(begun, lengthOf(chart, begun, event.clientX - clientX)));
    document.addEventListener('mousemove', onMove, { signal: drag.signal });
    document.addEventListener('mouseup', () => drag.abort(), { signal: drag.signal });
    return null;
  };
}

/** A wheel that is turned sideways, or with Shift, moves what is shown; with Ctrl (a pinch) it zooms about the mouse. */
export function followWheel(chart: uPlot, shown: Shown, onStretch: (stretch: Stretch) => void): void {
  chart.over.addEventListener(
    'wheel',
    (event) => {
      const { deltaX, deltaY, ctrlKey, shiftKey } = event;
      const sideways = shiftKey && deltaX === 0 ? deltaY : deltaX;
      if (!ctrlKey && Math.abs(sideways) <= (shiftKey ? 0 : Math.abs(deltaY))) return;
      event.preventDefault();
      const now = shown();
      if (ctrlKey) onStretch(scaledAbout(now, now[0] + lengthOf(chart, now, event.offsetX), 1.002 ** deltaY));
      else onStretch(moved(now, lengthOf(chart, now, sideways)));
    },
    { passive: false },
  );
}

function scaledAbout([from, to]: Stretch, place: number, factor: number): Stretch {
  return [place - (place - from) * factor, place + (to - place) * factor];
}
