import type { PreprocessingPreset } from '../../contract/index.ts';
import type { Normalisation } from './plan.ts';

/**
 * Brings bytes 0…255 to −1…1 in every channel. The same for every data set, so that it is known before the first
 * picture is decoded and a frozen plan never waits for pixels.
 */
export function centredNormalisation(channels: number): Normalisation {
  return { mean: new Array<number>(channels).fill(0.5), std: new Array<number>(channels).fill(0.5) };
}

/** Red, green and blue over all of ImageNet, as torchvision has them. */
const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** What networks of other programs usually take. Of grey pictures ImageNet's numbers are the means over the colours. */
export function presetNormalisation(preset: PreprocessingPreset, channels: number): Normalisation {
  const all = (mean: number, std: number): Normalisation => ({
    mean: new Array<number>(channels).fill(mean),
    std: new Array<number>(channels).fill(std),
  });
  switch (preset) {
    case 'imagenet':
      return channels === 3 ? structuredClone(imagenet) : all(0.449, 0.226);
    case 'centred':
      return centredNormalisation(channels);
    case 'unit':
      return all(0, 1);
    case 'bytes':
      return all(0, 1 / 255);
  }
}
