import type uPlot from 'uplot';

/** Where the cross-hair of a chart stands. */
export interface HeldCursor {
  /** On the x axis. */
  x: number;
  /** In the window, CSS pixels; null where it stands only because that of another chart does. */
  pointer: { left: number; top: number } | null;
}

/** uPlot's types leave out the last parameter: whether the charts that share the cross-hair follow. */
interface SharedCursor {
  setCursor(at: { left: number; top: number }, fireHook: boolean, publish: boolean): void;
}

/** Places the cross-hair of a chart, and with it those of all that share it; below 0 it goes. CSS pixels in the plot. */
export function shareCursor(chart: SharedCursor, left: number, top: number): void {
  chart.setCursor({ left, top }, true, true);
}

/** The cross-hair of a chart that is about to be made anew; null where there is none. */
export function cursorOf(chart: uPlot): HeldCursor | null {
  const { left = -1, top = -1 } = chart.cursor;
  if (left < 0) return null;
  const place = chart.over.getBoundingClientRect();
  return {
    x: chart.posToVal(left, 'x'),
    pointer: chart.over.matches(':hover') ? { left: place.left + left, top: place.top + top } : null,
  };
}

/**
 * Brings the cross-hair back in the chart that took the place of another. The mouse may stand still, so that nothing else
 * would: the values under it would be gone until it is moved.
 */
export function restoreCursor(chart: uPlot, held: HeldCursor | null): void {
  if (!held) return;
  if (!held.pointer) {
    chart.setCursor({ left: chart.valToPos(held.x, 'x'), top: 0 });
    return;
  }
  const place = chart.over.getBoundingClientRect();
  const left = held.pointer.left - place.left;
  const top = held.pointer.top - place.top;
  // Others that share the cross-hair may have been made anew too, before this one.
  if (left >= 0 && left <= place.width) shareCursor(chart, left, top);
}
