/** A point of the pad, in its own units: 0…`padSize` both ways. */
export interface PadPoint {
  x: number;
  y: number;
}

/** Width and height of the drawing in pixels: several times a network's input, so that lines come out smooth. */
export const padSize = 280;

/** Where a pointer is on the pad, whatever size the pad is shown at. */
export function padPoint(
  pointer: { clientX: number; clientY: number },
  box: { left: number; top: number; width: number; height: number },
): PadPoint {
  return {
    x: ((pointer.clientX - box.left) / box.width) * padSize,
    y: ((pointer.clientY - box.top) / box.height) * padSize,
  };
}

/** Draws strokes as round lines of one width; a stroke of one point is a dot. */
export function paintStrokes(
  context: CanvasRenderingContext2D,
  strokes: readonly (readonly PadPoint[])[],
  brush: number,
  isDark: boolean,
): void {
  context.fillStyle = isDark ? '#000' : '#fff';
  context.fillRect(0, 0, padSize, padSize);
  context.strokeStyle = isDark ? '#fff' : '#000';
  context.lineWidth = brush;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const stroke of strokes) {
    const [first, ...rest] = stroke;
    if (!first) continue;
    context.beginPath();
    context.moveTo(first.x, first.y);
    for (const { x, y } of rest.length > 0 ? rest : [first]) context.lineTo(x, y);
    context.stroke();
  }
}
