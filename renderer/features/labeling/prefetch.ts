/** The pictures that were fetched ahead last, kept so that the browser keeps them too. */
let kept: readonly HTMLImageElement[] = [];

/** Fetches and decodes pictures that will be looked at next. */
export function prefetch(paths: readonly string[]): void {
  kept = paths.map((path) => {
    const image = kept.find((one) => one.getAttribute('src') === path) ?? new Image();
    if (image.getAttribute('src') !== path) image.src = path;
    return image;
  });
}
