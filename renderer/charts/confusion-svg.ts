import { cellText, type ConfusionScale } from './confusion.ts';
import { cssColor, inkOn, sequentialColor } from './sequential.ts';
import { escapeXml, pixels, svgDocument, type SvgPens, type SvgPicture } from './svg.ts';

export interface ConfusionPicture {
  title: string;
  classes: readonly string[];
  /** Rows true, columns predicted, in the measure of `scale`. */
  values: readonly (readonly number[])[];
  scale: ConfusionScale;
  /** What the rows and the columns are called. */
  truth: string;
  predicted: string;
}

/** px; a cell has room for four digits. */
const cell = 40;
const gap = 1;
const above = 52;
const margin = 12;

/** The matrix as it is shown, whole, with the figures of all cells. */
export function confusionSvg(
  { title, classes, values, scale, truth, predicted }: ConfusionPicture,
  pens: SvgPens,
): SvgPicture {
  const names = Math.max(...[...classes, `${truth} ↓`].map(pens.measure)) + 8;
  const left = margin + names;
  const top = above + Math.max(0, ...classes.map(pens.measure)) + 8;
  const place = (index: number): number => index * (cell + gap);
  const size = {
    width: Math.ceil(Math.max(left + place(classes.length), pens.measure(title) * 1.15 + margin) + margin),
    height: Math.ceil(top + place(classes.length) + margin),
  };
  const [ink, quiet, line] = [pens.color('--ink'), pens.color('--quiet'), pens.color('--line')];
  const greatest = Math.max(...values.flat(), Number.MIN_VALUE);

  const text = (x: number, y: number, words: string, fill: string, more = ''): string =>
    `<text x="${pixels(x)}" y="${pixels(y)}" fill="${fill}" ${more}>${escapeXml(words)}</text>`;
  const cells = values.flatMap((row, y) =>
    row.map((value, x) => {
      const ground = sequentialColor(value / greatest);
      const [fill, stroke] = value === 0 ? ['none', line] : [cssColor(ground), cssColor(ground)];
      const [cornerX, cornerY] = [left + place(x), top + place(y)];
      const box = `<rect x="${pixels(cornerX + 0.5)}" y="${pixels(cornerY + 0.5)}" width="${cell - 1}" height="${cell - 1}" rx="2" fill="${fill}" stroke="${stroke}"/>`;
      const figure = text(
        cornerX + cell / 2,
        cornerY + cell / 2 + 4,
        cellText(value, scale),
        cssColor(inkOn(ground)),
        'text-anchor="middle"',
      );
      return value === 0 ? box : box + figure;
    }),
  );
  const rows = classes.map((name, y) =>
    text(left - 8, top + place(y) + cell / 2 + 4, name, ink, 'text-anchor="end"'),
  );
  const columns = classes.map((name, x) => {
    const [centre, foot] = [pixels(left + place(x) + cell / 2 + 4), pixels(top - 8)];
    return `<text transform="translate(${centre} ${foot}) rotate(-90)" fill="${ink}">${escapeXml(name)}</text>`;
  });
  const svg = svgDocument(size, title, pens, [
    text(margin, 20, title, ink, 'font-weight="600"'),
    text(left, 42, `${predicted} →`, quiet),
    text(left - 8, top - 8, `${truth} ↓`, quiet, 'text-anchor="end"'),
    ...rows,
    ...columns,
    ...cells,
  ]);
  return { svg, ...size };
}
