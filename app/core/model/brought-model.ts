import { TesseraError, type BroughtModel, type Graph } from '../../contract/index.ts';
import { presetNormalisation } from '../training/normalisation.ts';
import type { Normalisation } from '../training/plan.ts';
import { buildArchitecture } from './architectures.ts';
import { classifierIds, parameterShapes, withClasses } from './classifier.ts';

/**
 * A network that was brought in, for a project's classes and pictures of this size: the classifier is another, everything
 * else as it was. Throws `graphInvalid` where its weights do not fit pictures of that size.
 */
export function graphOfBrought(
  { name, architecture, graph }: Pick<BroughtModel, 'name' | 'architecture' | 'graph'>,
  { imageSize, classes }: { imageSize: number; classes: number },
): Graph {
  const { channels } = graph.input;
  const adapted =
    architecture === null
      ? withClasses({ ...graph, input: { channels, height: imageSize, width: imageSize } }, classes)
      : buildArchitecture(architecture, { channels, imageSize, classes });
  const own = parameterShapes(graph);
  const isClassifier = ofLayers(classifierIds(adapted));
  for (const [parameter, shape] of parameterShapes(adapted)) {
    const brought = own.get(parameter);
    // Auxiliary heads are there or not by the size of the pictures.
    if (brought === undefined || isClassifier(parameter) || brought.join() === shape.join()) continue;
    throw new TesseraError('graphInvalid', {
      layer: parameter.slice(0, parameter.lastIndexOf('.')),
      reason:
        `with pictures of ${imageSize} pixels it would have [${shape.join(', ')}] weights, but the model that was ` +
        `brought in has [${brought.join(', ')}]; take pictures of ${graph.input.height} pixels`,
    });
  }
  return { ...adapted, name };
}

/** What its numbers are brought to. */
export function normalisationOfBrought({
  preprocessing,
  ownNormalisation,
  graph,
}: Pick<BroughtModel, 'preprocessing' | 'ownNormalisation' | 'graph'>): Normalisation {
  const preset = preprocessing === 'own' ? 'imagenet' : preprocessing;
  if (preprocessing === 'own' && ownNormalisation !== null) return ownNormalisation;
  return presetNormalisation(preset, graph.input.channels);
}

/** Whether a parameter, `fc.weight`, is one of these layers'. */
export const ofLayers = (ids: readonly string[]) => {
  const layers = new Set(ids);
  return (parameter: string): boolean => layers.has(parameter.slice(0, parameter.lastIndexOf('.')));
};
