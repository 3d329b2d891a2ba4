import {
  augmentationPresets,
  type Augmentation,
  type AugmentationPreset,
} from '../../../app/contract/index.ts';

type Strength = keyof Augmentation;

/** Every strength and its greatest value, in the order of the form. */
export const strengthLimits: readonly { name: Strength; most: number }[] = [
  { name: 'flip', most: 1 },
  { name: 'flipVertical', most: 1 },
  { name: 'crop', most: 0.5 },
  { name: 'resizedCrop', most: 0.95 },
  { name: 'rotate', most: 180 },
  { name: 'scale', most: 0.9 },
  { name: 'shear', most: 45 },
  { name: 'brightness', most: 1 },
  { name: 'contrast', most: 1 },
  { name: 'saturation', most: 1 },
  { name: 'hue', most: 0.5 },
  { name: 'blur', most: 10 },
  { name: 'erase', most: 1 },
  { name: 'mixup', most: 4 },
  { name: 'cutmix', most: 4 },
];

/** A strength of 0 is left out, so that equal augmentations are equal objects. */
export function withStrength(augment: Augmentation, name: Strength, strength: number): Augmentation {
  const { [name]: _, ...rest } = augment;
  return strength > 0 ? { ...rest, [name]: strength } : rest;
}

/** The preset that says the same; null where none does. */
export function presetOf(augment: Augmentation): AugmentationPreset | null {
  const isSame = (preset: Augmentation): boolean =>
    strengthLimits.every(({ name }) => (preset[name] ?? 0) === (augment[name] ?? 0));
  const found = Object.entries(augmentationPresets).find(([, preset]) => isSame(preset));
  return (found?.[0] as AugmentationPreset | undefined) ?? null;
}
