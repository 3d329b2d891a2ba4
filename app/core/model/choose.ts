import { TesseraError, type Graph, type ModelChoice } from '../../contract/index.ts';
import { buildArchitecture } from './architectures.ts';
import { graphFromBlocks, type ModelTarget } from './blocks.ts';
import { withClasses } from './classifier.ts';

/**
 * The network that was chosen, for these pictures and classes. A whole graph is taken as it is unless it is to be adapted:
 * `checkGraph` and `describeGraph` say whether it fits. Throws `modelUnknown`.
 */
export function chooseGraph(choice: ModelChoice, target: ModelTarget): Graph {
  switch (choice.kind) {
    case 'architecture':
      return buildArchitecture(choice.name, target);
    case 'blocks':
      return graphFromBlocks('custom', choice.blocks, target);
    case 'graph':
      return choice.adapt === true ? adaptGraph(choice.graph, target) : choice.graph;
  }
}

/**
 * The same network for other pictures and classes. Where it ends in something else than what names classes, that stays: whoever
 * describes it says so.
 */
export function adaptGraph(graph: Graph, { channels, imageSize, classes }: ModelTarget): Graph {
  const adapted = { ...graph, input: { channels, height: imageSize, width: imageSize } };
  try {
    return withClasses(adapted, classes);
  } catch (error) {
    if (error instanceof TesseraError && error.code === 'graphInvalid') return adapted;
    throw error;
  }
}
