import { TesseraError } from '../../contract/index.ts';
import { ofLayers } from '../../core/model/brought-model.ts';
import { classifierIds } from '../../core/model/classifier.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import type { Tensor } from '../../engine/types.ts';
import type { BroughtWeights } from '../../formats/brought/weights.ts';

/**
 * A network's parameters with what was brought in: everything but the classifier, and that too where it names the very
 * classes of the plan. Throws `fileMalformed` with the first that does not fit.
 */
export function withBrought(
  own: Readonly<Record<string, Tensor>>,
  brought: BroughtWeights,
  { graph, classes }: Pick<TrainPlan, 'graph' | 'classes'>,
  path: string,
): Record<string, Tensor> {
  const isSameClasses =
    brought.classes !== null && JSON.stringify(brought.classes) === JSON.stringify(classes);
  const isClassifier = ofLayers(classifierIds(graph));
  return Object.fromEntries(
    Object.entries(own).map(([name, drawn]): [string, Tensor] => {
      const given = brought.tensors[name];
      // Auxiliary heads need not be there.
      if (given === undefined || (isClassifier(name) && !isSameClasses)) return [name, drawn];
      if (given.shape.join() === drawn.shape.join()) return [name, given];
      const reason = `${name} has the shape [${given.shape.join(', ')}], where the network has [${drawn.shape.join(', ')}]`;
      throw new TesseraError('fileMalformed', { path, format: 'model', reason });
    }),
  );
}
