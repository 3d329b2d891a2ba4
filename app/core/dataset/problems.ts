/**
 * From where on a picture counts as having a problem. Found on photographs: 99 in 100 of them have a sharpness above 88,
 * and blurred by four pixels none is above 20. They are hints to look at, not verdicts.
 */
export const problemLimits = {
  /** Variance of the Laplacian of the thumbnail. */
  blurry: 25,
  /** Mean luminance. */
  dark: 0.1,
  bright: 0.95,
  /** Pixels of the shorter side: fewer show nothing. */
  tiny: 16,
  /** A shorter side of less than this part of what is usual in the project is tiny too. */
  tinyShare: 0.25,
  /** Longer side by shorter side. */
  aspect: 3,
} as const;

/** Up to this longer side, pixels, a picture is a drawing or a thumbnail: light and sharpness say nothing of it. */
export const tinySide = 64;
