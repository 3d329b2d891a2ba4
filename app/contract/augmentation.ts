import { z } from 'zod';

const share = z.number().min(0).max(1).optional();

/**
 * How pictures are changed anew each time that they are learned; never those that validate or test. Every strength is
 * left out or 0 where nothing is to be done.
 */
export const augmentation = z.strictObject({
  /** Probability that left and right change places. */
  flip: share,
  /** Probability that above and below change places. */
  flipVertical: share,
  /** Moved by up to this share of the side in each direction; what comes in is the mirrored edge. 0.125 is 4 pixels of 32. */
  crop: z.number().min(0).max(0.5).optional(),
  /** A part of the picture fills it: its area is at least 1 less this, its sides 3 : 4 to 4 : 3 (Szegedy et al., 2015). */
  resizedCrop: z.number().min(0).max(0.95).optional(),
  /** Turned by up to so many degrees either way. */
  rotate: z.number().min(0).max(180).optional(),
  /** Made larger or smaller by up to this share. */
  scale: z.number().min(0).max(0.9).optional(),
  /** Sheared by up to so many degrees either way. */
  shear: z.number().min(0).max(45).optional(),
  /** Multiplied by 1 less this to 1 and this. */
  brightness: share,
  /** The distance from the picture's mean grey, likewise. */
  contrast: share,
  /** The distance from each pixel's own grey, likewise; nothing for grey pictures. */
  saturation: share,
  /** Turned on the colour wheel by up to this share of it either way; nothing for grey pictures. */
  hue: z.number().min(0).max(0.5).optional(),
  /** Blurred by a Gaussian with a standard deviation of up to so many pixels. */
  blur: z.number().min(0).max(10).optional(),
  /** Probability that a rectangle of 2 to 33 % of the picture becomes grey (Zhong et al., 2017). */
  erase: share,
  /** Parameter of the Beta distribution by which two pictures are blended (Zhang et al., 2017); 0.2 is usual. */
  mixup: z.number().min(0).max(4).optional(),
  /** Likewise for a rectangle that is taken from another picture (Yun et al., 2019); 1 is usual. With both, one is drawn. */
  cutmix: z.number().min(0).max(4).optional(),
});
export type Augmentation = z.infer<typeof augmentation>;

/** A picture as the network would learn it in one epoch. */
export const augmentedPicture = z.object({
  imageId: z.int(),
  /** From 0. */
  epoch: z.int(),
  /** A PNG of exactly the pixels, as a data URL: nothing is kept on the disk of what lives for a glance. */
  url: z.string(),
  /** Where pictures are mixed, what it is to be called and by how much. */
  shares: z.array(z.object({ name: z.string(), share: z.number() })).nullable(),
});
export type AugmentedPicture = z.infer<typeof augmentedPicture>;

export const augmentationPreset = z.enum(['none', 'light', 'medium', 'strong', 'drawings']);
export type AugmentationPreset = z.infer<typeof augmentationPreset>;

/** `drawings`: signs and letters, which mean something else when they are mirrored. */
export const augmentationPresets: Readonly<Record<AugmentationPreset, Augmentation>> = {
  none: {},
  light: { flip: 0.5, crop: 0.125 },
  medium: { flip: 0.5, crop: 0.125, rotate: 10, scale: 0.1, brightness: 0.2, contrast: 0.2, saturation: 0.2 },
  strong: {
    flip: 0.5,
    resizedCrop: 0.5,
    rotate: 15,
    shear: 8,
    brightness: 0.4,
    contrast: 0.4,
    saturation: 0.4,
    hue: 0.05,
    blur: 0.7,
    erase: 0.25,
    mixup: 0.2,
  },
  drawings: { crop: 0.1, rotate: 10, scale: 0.1, shear: 8 },
};
