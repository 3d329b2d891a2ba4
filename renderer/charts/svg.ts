/** What a picture is drawn with: the page's font and colours. */
export interface SvgPens {
  fontFamily: string;
  /** The value of a CSS custom property. */
  color: (name: string) => string;
  /** The width of a text at 12 px, in CSS pixels. */
  measure: (text: string) => number;
}

/** A picture that stands by itself; its size is in CSS pixels. */
export interface SvgPicture {
  svg: string;
  width: number;
  height: number;
}

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A length as it is written: hundredths of a pixel are enough. */
export const pixels = (length: number): string => String(Number(length.toFixed(2)));

/** An SVG document with a title and a ground. */
export function svgDocument(
  { width, height }: Pick<SvgPicture, 'width' | 'height'>,
  title: string,
  { fontFamily, color }: SvgPens,
  content: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(fontFamily)}" font-size="12">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${color('--paper')}"/>`,
    ...content,
    '</svg>',
  ].join('\n');
}
