import type {
  ArchitectureInfo,
  BroughtModelInfo,
  Preprocessing,
  PreprocessingPreset,
} from '../../../app/contract/index.ts';
import type { broughtMessages } from './brought-messages.ts';

type Texts = (typeof broughtMessages)['en'];
const presets: readonly PreprocessingPreset[] = ['imagenet', 'centred', 'unit', 'bytes'];

/** What a model may be told to take; what it asks for itself only where it does. */
export function preprocessingOptions(
  { ownNormalisation }: Pick<BroughtModelInfo, 'ownNormalisation'>,
  texts: Texts,
): { value: Preprocessing; label: string }[] {
  const known: readonly Preprocessing[] = ownNormalisation === null ? presets : ['own', ...presets];
  return known.map((value) => ({ value, label: texts.preprocessings[value] }));
}

/** `Weights of ResNet-18`, `An ONNX network` */
export function kindText(
  { format, architecture }: Pick<BroughtModelInfo, 'format' | 'architecture'>,
  architectures: readonly ArchitectureInfo[],
  texts: Texts,
): string {
  if (architecture === null) return texts.kinds[format];
  return texts.weightsOf(architectures.find(({ name }) => name === architecture)?.title ?? architecture);
}

/** How many class names are shown before the rest is left to the imagination. */
const shownClasses = 12;

/** `3: cat, dog, fox` */
export function classesText(
  { outputs, classes }: Pick<BroughtModelInfo, 'outputs' | 'classes'>,
  texts: Texts,
): string {
  const count = outputs.toLocaleString();
  if (classes === null) return texts.unnamed(count);
  const some = classes.slice(0, shownClasses).join(', ');
  return texts.named(count, classes.length > shownClasses ? `${some}, …` : some);
}
