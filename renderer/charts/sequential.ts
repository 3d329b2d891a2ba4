/** An sRGB colour, each part 0–255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Seven evenly spaced points of viridis, the perceptually uniform scale of van der Walt and Smith (CC0). */
const viridis: readonly Rgb[] = [
  [68, 1, 84],
  [68, 57, 131],
  [49, 104, 142],
  [33, 145, 140],
  [53, 183, 121],
  [144, 215, 67],
  [253, 231, 37],
];

/** The colour of a share in [0, 1], linear between the points of the scale. */
export function sequentialColor(share: number): Rgb {
  const place = Math.min(1, Math.max(0, share)) * (viridis.length - 1);
  const index = Math.min(viridis.length - 2, Math.floor(place));
  const from = viridis[index] as Rgb;
  const to = viridis[index + 1] as Rgb;
  const mix = (part: 0 | 1 | 2): number => Math.round(from[part] + (to[part] - from[part]) * (place - index));
  return [mix(0), mix(1), mix(2)];
}

/** WCAG 2 relative luminance, 0–1. */
export function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2 contrast ratio of two colours, 1–21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const black: Rgb = [0, 0, 0];
const white: Rgb = [255, 255, 255];

/** Black or white, whichever reads better on `background`; one of them always reaches 4.5:1. */
export function inkOn(background: Rgb): Rgb {
  return contrast(background, black) >= contrast(background, white) ? black : white;
}

export const cssColor = ([red, green, blue]: Rgb): string => `rgb(${red} ${green} ${blue})`;
